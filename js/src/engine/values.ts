/** What a flag may serve. Objects and arrays are frozen all the way down. */
export type FlagValue = boolean | string | number | object

/** `T` with every property, at every depth, read-only. */
export type DeepReadonly<T> = T extends (...args: never[]) => unknown
  ? T
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T

/** Parses the JSON text of a variant and freezes the result. Undefined for what is no JSON, or not of the type. */
export function parseValue(json: string, type: string | undefined): unknown {
  try {
    const parsed: unknown = JSON.parse(json, (_key, value: unknown) => Object.freeze(value))
    return parsed !== null && typeof parsed === type ? parsed : undefined
  } catch {
    return undefined
  }
}
