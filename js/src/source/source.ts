/**
 * Where published files come from. `createClient` makes one of a URL; `kvSource` and `fileSource` are others, and an app may
 * bring its own: whatever it answers is verified.
 */
export interface Source {
  /**
   * Reads a published file: `latest`, `head`, `2.root`, or what a head names, such as `snapshot/…`.
   *
   * Rejects when it cannot say what is there. An error may have a `retryAfter`, as an answer may.
   */
  read(path: string, request: SourceRequest): Promise<SourceAnswer>
  /** It is this very machine, and what development keys signed may be taken from it. */
  readonly loopback?: boolean
}

export interface SourceRequest {
  /** Aborted when the answer is no longer awaited. */
  readonly signal: AbortSignal
  /** What came with the bytes that are in force: the source may answer that they are `unchanged`. */
  readonly etag?: string
  /** A file that is longer, in bytes, is refused: there is no need to read on. */
  readonly limit: number
}

/** `fresh` comes with `bytes`; `unchanged` only where an `etag` was asked with; `missing`: there is no such file. */
export interface SourceAnswer {
  readonly status: 'fresh' | 'unchanged' | 'missing'
  readonly bytes?: Uint8Array
  /** Kept when the bytes were verified and applied, and only then. */
  readonly etag?: string | undefined
  /** Milliseconds for which the source wants to be left alone. */
  readonly retryAfter?: number
}

/** The bytes that a snapshot, with what comes with it, may have, and a head or a root. */
export const LARGEST_FRAME = 67_108_864
export const LARGEST_DOCUMENT = 65_536
