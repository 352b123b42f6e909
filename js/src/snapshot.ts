import { type ContextSlots, openSlots } from './context.js'
import {
  ATTRIBUTES,
  describe,
  HEADER,
  KEYS,
  NEEDS,
  type RuntimeExports,
  resultDouble,
  resultWords,
  SCOPE,
  SYMBOLS,
} from './runtime.js'

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
  readonly number: number
  /** The type of its values; undefined when the record cannot be read. */
  readonly type: 'boolean' | 'string' | 'number' | 'object' | undefined
  readonly dependsOnTime: boolean
  /** The attributes that the flag reads, by their numbers. */
  readonly attributes: Uint16Array
  readonly variants: readonly string[]
  /** The values of the variants, once they were used. */
  readonly values: unknown[]
  /** The values of the variants as JSON. */
  readonly json: readonly string[]
  /** The names of the rules, empty for those without. */
  readonly rules: readonly string[]
  readonly stages: readonly string[]
}

/** The parts of an answer that do not fit its packed integer. Indices are -1 for none, a time is infinite for never. */
export interface Trace {
  readonly stage: number
  readonly bucket: number
  readonly attribute: number
  readonly nextChangeAt: number
}

/** The snapshot in force, as its instance of the engine holds it. */
export interface Snapshot {
  readonly info: SnapshotInfo
  /** Whether the answer of any flag depends on time. */
  readonly dependsOnTime: boolean
  /** The keys of all flags, by their numbers. */
  readonly keys: readonly string[]
  readonly numbers: ReadonlyMap<string, number>
  /** Attribute paths, steps joined by dots. */
  readonly attributes: readonly string[]
  readonly slots: ContextSlots
  flag(number: number): Flag
  /** Returns the packed answer for the context in the slots. */
  evaluate(flag: number, now: number): number
  /** Returns the packed answer of every flag for the context in the slots; valid until the next call. */
  evaluateAll(now: number): Int32Array
  /** Tells more about the last `evaluate`. */
  trace(): Trace
}

const types = ['boolean', 'string', 'number', 'object'] as const

/** Reads the tables of the snapshot that was just loaded. Flags are read one by one when they are first used. */
export function readSnapshot(exports: RuntimeExports): Snapshot {
  const { memory } = exports
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const header = describe(exports, HEADER)
  const [version, issuedAt, notBefore, expires] = [0, 2, 4, 6].map((word) =>
    resultDouble(exports, word),
  ) as Four
  const [flagCount, attributeCount, symbolCount, dependsOnTime] = [8, 9, 10, 11].map(header) as Four
  const [scope] = list(SCOPE, '\n', 1) as [string]
  const keys = list(KEYS, '\n', flagCount)
  const paths = list(ATTRIBUTES, '\0', attributeCount).map((path) => path.split('\x1f'))
  const symbols = new Map(list(SYMBOLS, '\0', symbolCount).map((symbol, index) => [symbol, index + 1]))
  const needs = new Uint8Array(memory.buffer, describe(exports, NEEDS)(0), attributeCount).slice()
  const flags: Flag[] = new Array(flagCount)

  return {
    info: { scope, version, issuedAt, notBefore, expires },
    dependsOnTime: dependsOnTime > 0,
    keys,
    numbers: new Map(keys.map((key, number) => [key, number])),
    attributes: paths.map((path) => path.join('.')),
    slots: openSlots(exports, { paths, needs, symbols }),
    flag: (number) => (flags[number] ??= readFlag(number)),
    evaluate: exports.evaluate,
    evaluateAll: (now) => new Int32Array(memory.buffer, exports.evaluate_all(now), flagCount),
    trace,
  }

  function list(kind: number, separator: string, count: number): string[] {
    const word = describe(exports, kind)
    return count > 0 ? text(word(0), word(1)).split(separator) : []
  }

  function text(at: number, length: number): string {
    return decoder.decode(new Uint8Array(memory.buffer, at, length))
  }

  function readFlag(number: number): Flag {
    exports.describe_flag(number)
    const word = resultWords(exports)
    const parts = text(word(0), word(1)).split('\0')
    const variantsEnd = word(6) * 2
    const rulesEnd = variantsEnd + word(7)
    const variants = parts.slice(0, variantsEnd)
    return {
      number,
      type: word(5) & 2 ? undefined : types[word(4)],
      dependsOnTime: (word(5) & 1) > 0,
      attributes: new Uint16Array(memory.buffer.slice(word(2), word(2) + word(3) * 2)),
      variants: variants.filter((_, index) => index % 2 === 0),
      json: variants.filter((_, index) => index % 2 > 0),
      values: [],
      rules: parts.slice(variantsEnd, rulesEnd),
      stages: parts.slice(rulesEnd, rulesEnd + word(8)),
    }
  }

  function trace(): Trace {
    const word = resultWords(exports)
    return {
      stage: word(1) | 0,
      bucket: word(2) | 0,
      attribute: word(3) | 0,
      nextChangeAt: resultDouble(exports, 4),
    }
  }
}

type Four = [number, number, number, number]
