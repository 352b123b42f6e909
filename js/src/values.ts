/** What a flag may serve. Objects and arrays are frozen all the way down. */
export type FlagValue = boolean | string | number | object

/** `T` with every property, at every depth, read-only. */
export type DeepReadonly<T> = T extends (...args: never[]) => unknown
  ? T
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T

/** Parses the JSON text of a variant and freezes the result. */
export function parseValue(json: string): unknown {
  return JSON.parse(json, (_key, value: unknown) => Object.freeze(value))
}
