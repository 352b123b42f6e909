/** The exports of the runtime module. Only numbers cross. */
export interface RuntimeExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  /** A buffer of `length` bytes for what the next `configure` or `load` takes. */
  input(length: number): number
  /** Takes the trust anchor (its kind, its length, its bytes) and the scope; an error number, or 0. */
  configure(): number
  /**
   * Takes frames that follow one another; the first error's number, or 0. In either case words 0 says what changed, float 2
   * the newest head's version, and float 4 the newest root's.
   */
  load(now: number): number
  /** Where the 16 words are that the calls below fill. */
  result(): number
  part(part: number): void
  flag(flag: number): void
  /** The slots of the context; like the heap, they may move in `load` and `reserve`. */
  context(): number
  /** The heap of the context, right behind the slots. */
  heap(): number
  /** Bytes of the heap. */
  room(): number
  reserve(bytes: number): void
  evaluate(flag: number, now: number): number
  all(now: number): number
}

/** The parts that `part` tells about. */
export const SCOPE = 0
export const KEYS = 1
export const ATTRIBUTES = 2
export const SYMBOLS = 3
export const NEEDS = 4
export const HEADER = 5
export const FRAME = 6
export const FINGERPRINTS = 7
/** The roots and heads to load before the snapshot's frame, and behind it. */
export const BEFORE = 8
export const BEHIND = 9
/** The URL of the snapshot that the newest head points to, if it is not in force; its length is in word 2. */
export const WANTED = 10

/** What `load` may change, a bit each. */
export const ROOT_CHANGED = 1
export const HEAD_CHANGED = 2
export const SNAPSHOT_CHANGED = 4

/** An instance of the runtime, with its memory in view. */
export interface Runtime {
  readonly calls: RuntimeExports
  words: Int32Array
  floats: Float64Array
  octets: Uint8Array
  /** Renews the views, after calls in which the memory may have grown. */
  view(): void
  /** A word of the result block. */
  word(index: number): number
  /** The float that starts at an even word of the result block. */
  float(word: number): number
}

/** Opens an instance. */
export function openRuntime(instance: WebAssembly.Instance): Runtime {
  // A module's own exports are an object that engines look names up in; of this one they know where each is.
  const calls = { ...instance.exports } as unknown as RuntimeExports
  const result = calls.result() >> 2
  const runtime = {
    calls,
    view,
    word: (index: number) => runtime.words[result + index] as number,
    float: (word: number) => runtime.floats[(result + word) >> 1] as number,
  } as Runtime
  view()
  return runtime

  function view(): void {
    const { buffer } = calls.memory
    runtime.words = new Int32Array(buffer)
    runtime.floats = new Float64Array(buffer)
    runtime.octets = new Uint8Array(buffer)
  }
}
