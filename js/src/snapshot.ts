import { type ContextSlots, openSlots } from './context.js'
import { ATTRIBUTES, FINGERPRINTS, HEADER, KEYS, NEEDS, type Runtime, SCOPE, SYMBOLS } from './runtime.js'

/** The headers of a snapshot. Times are epoch milliseconds. */
export interface SnapshotInfo {
  /** `project/environment/audience`. */
  readonly scope: string
  readonly version: number
  readonly issuedAt: number
  readonly notBefore: number
  readonly expires: number
}

/** What loading told about a flag. */
export interface Flag {
  /** The type of its values; undefined when the record cannot be read. */
  readonly type: 'boolean' | 'string' | 'number' | 'object' | undefined
  readonly dependsOnTime: boolean
  /** The attributes that the flag reads, by their numbers. */
  readonly attributes: Uint16Array
  /** The values of the variants, once they were used. */
  readonly values: unknown[]
  /** Each variant's name and its value as JSON, then names of rules, empty for those without, then of stages. */
  readonly text: readonly string[]
  readonly variantCount: number
  readonly ruleCount: number
}

/** The snapshot in force, as its instance of the engine holds it. */
export interface Snapshot {
  readonly info: SnapshotInfo
  /** Whether the answer of any flag depends on time. */
  readonly dependsOnTime: boolean
  /** The keys of all flags, by their numbers. */
  readonly keys: readonly string[]
  readonly numbers: ReadonlyMap<string, number>
  /** A number for each flag that differs when the flag says something else. */
  readonly fingerprints: Uint32Array
  /** The steps to each attribute, by its number. */
  readonly paths: readonly (readonly string[])[]
  readonly slots: ContextSlots
  readonly runtime: Runtime
  flag(number: number): Flag
  /** An object with all keys as its own properties, in the order of the flags. */
  blank(): Record<string, unknown>
}

const types = ['boolean', 'string', 'number', 'object'] as const

/** Reads the tables of the snapshot that was just loaded. Flags are read one by one when they are first used. */
export function readSnapshot(runtime: Runtime): Snapshot {
  const { exports, word, float } = runtime
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  exports.describe(HEADER)
  const [flagCount, attributeCount, symbolCount] = [word(8), word(9), word(10)]
  const [version, issuedAt, notBefore, expires] = [float(0), float(2), float(4), float(6)]
  const dependsOnTime = word(11) > 0
  const [scope] = list(SCOPE, 1) as [string]
  const keys = list(KEYS, flagCount)
  const paths = list(ATTRIBUTES, attributeCount).map((path) => path.split('\x1f'))
  const symbols = numbered(list(SYMBOLS, symbolCount), 1)
  exports.describe(NEEDS)
  const needs = runtime.bytes.slice(word(0), word(0) + attributeCount)
  exports.describe(FINGERPRINTS)
  const fingerprints = runtime.bytes.slice(word(0), word(0) + word(1)).buffer
  const flags: Flag[] = new Array(flagCount)
  let template: Record<string, unknown> | undefined
  return {
    info: { scope, version, issuedAt, notBefore, expires },
    dependsOnTime,
    keys,
    numbers: numbered(keys, 0),
    fingerprints: new Uint32Array(fingerprints),
    paths,
    slots: openSlots(runtime, { paths, needs, symbols }),
    runtime,
    flag: (number) => (flags[number] ??= readFlag(number)),
    blank,
  }

  function list(part: number, count: number): string[] {
    exports.describe(part)
    return count > 0 ? text().split(part === KEYS ? '\n' : '\0') : []
  }

  /** The text that words 0 and 1 say where to find. */
  function text(): string {
    return decoder.decode(runtime.bytes.subarray(word(0), word(0) + word(1)))
  }

  function blank(): Record<string, unknown> {
    template ??= Object.fromEntries(keys.map((key) => [key, undefined]))
    return { ...template }
  }

  function readFlag(number: number): Flag {
    exports.describe_flag(number)
    const attributes = word(2)
    return {
      type: word(5) & 2 ? undefined : types[word(4)],
      dependsOnTime: (word(5) & 1) > 0,
      attributes: new Uint16Array(runtime.bytes.slice(attributes, attributes + word(3) * 2).buffer),
      values: [],
      text: text().split('\0'),
      variantCount: word(6),
      ruleCount: word(7),
    }
  }
}

function numbered(names: readonly string[], first: number): ReadonlyMap<string, number> {
  return new Map(names.map((name, index) => [name, index + first]))
}
