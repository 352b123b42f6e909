/** The exports of the runtime module. Only numbers cross. */
export interface RuntimeExports {
  readonly memory: WebAssembly.Memory
  /** A buffer of `length` bytes for what the next `configure` or `load` takes. */
  input(length: number): number
  /** Takes trust and scope, a line each; an error number, or 0. */
  configure(): number
  /** Takes a frame; an error number, 0 when it is in force now, -1 when its bytes were already. */
  load(now: number): number
  /** Where the 16 words are that the calls below fill. */
  result(): number
  describe(kind: number): void
  describe_flag(flag: number): void
  /** The slots of the context; like the heap, they may move in `load` and `reserve`. */
  context(): number
  heap(): number
  heap_capacity(): number
  reserve(bytes: number): void
  evaluate(flag: number, now: number): number
  evaluate_all(now: number): number
}

/** What `describe` tells. */
export const SCOPE = 0
export const KEYS = 1
export const ATTRIBUTES = 2
export const SYMBOLS = 3
export const NEEDS = 4
export const HEADER = 5
export const FRAME = 6

/** Reads a word of the result block. */
export type Words = (index: number) => number

/** Asks for one part of the snapshot in force; for most, words 0 and 1 are an address and a length. */
export function describe(exports: RuntimeExports, kind: number): Words {
  exports.describe(kind)
  return resultWords(exports)
}

/** The result block as it is now. */
export function resultWords({ memory, result }: RuntimeExports): Words {
  const words = new Uint32Array(memory.buffer, result(), 16)
  return (index) => words[index] as number
}

/** Reads a double that starts at an even word of the result block. */
export function resultDouble({ memory, result }: RuntimeExports, word: number): number {
  return new Float64Array(memory.buffer, result(), 8)[word >> 1] as number
}
