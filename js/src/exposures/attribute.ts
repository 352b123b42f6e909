const LONGEST_UNIT = 4_096
/** Longer ones tell no groups apart. */
const LONGEST_ATTRIBUTE = 256

/** The unit at a path of a context, as the engine hashes it; undefined for what is none. */
export function unitAt(context: unknown, path: string): string | undefined {
  const value = find(context, path)
  if (typeof value === 'number' || typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? `${value}` : undefined
  }
  if (typeof value !== 'string' || value === '') return undefined
  const fits = value.length * 3 <= LONGEST_UNIT || new TextEncoder().encode(value).length <= LONGEST_UNIT
  return fits ? wellFormed(value) : undefined
}

/** The attributes of a context at some paths, by path, without those that are no text, number or boolean. */
export function attributesAt(
  context: unknown,
  paths: readonly string[],
): Record<string, string | number | boolean> | undefined {
  const found: [path: string, value: string | number | boolean][] = []
  for (const path of paths) {
    const value = find(context, path)
    if (typeof value === 'string') {
      if (value.length <= LONGEST_ATTRIBUTE) found.push([path, wellFormed(value)])
    } else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) {
      found.push([path, value])
    }
  }
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

/** What is at a path whose steps are joined by dots, and may have dots themselves; own properties only. */
function find(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path]
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const step = path.slice(0, dot)
    const below = Object.hasOwn(value, step) && (value as Record<string, unknown>)[step]
    const found = below ? find(below, path.slice(dot + 1)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** A lone surrogate is hashed as U+FFFD. */
function wellFormed(text: string): string {
  if (!/[\ud800-\udfff]/.test(text)) return text
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text))
}
