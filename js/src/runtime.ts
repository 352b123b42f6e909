/** The exports of the runtime module. Only numbers cross. */
export interface RuntimeExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  /** A buffer of `length` bytes for what the next `configure` or `load` takes. */
  input(length: number): number
  /** Takes trust and scope, a line each; an error number, or 0. */
  configure(): number
  /** Takes a frame; an error number, 0 when it is in force now, -1 when its bytes were already. */
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
