/**
 * Why a snapshot, a refresh or an option was refused. The names are stable.
 *
 * Whatever it is, what was in force stays in force. Up to `HEAD_REQUIRED` they are the engine's; its checks, in their order, stand in
 * `src/trust/FORMAT.md` of the repository.
 */
export type TidegateErrorCode =
  /** `trust` is not `ed25519:` or `ed25519-dev:` and a key in base64, nor `root:` and a signed root. */
  | 'TRUST_INVALID'
  /** `scope` is not `project/environment/audience`. */
  | 'SCOPE_INVALID'
  /** The frame ends too soon. */
  | 'FRAME_TRUNCATED'
  /** These bytes are not a frame; often a page that says something else. */
  | 'FRAME_MALFORMED'
  /** A development key signed it, and the trusted key is none, or the other way round. */
  | 'PAYLOAD_TYPE_UNEXPECTED'
  /** No trusted key signed it. */
  | 'KEY_UNKNOWN'
  /** It was altered after it was signed. */
  | 'SIGNATURE_INVALID'
  /** It is newer than this engine: update the package. */
  | 'FORMAT_UNSUPPORTED'
  /** What was signed is not a snapshot. */
  | 'SNAPSHOT_MALFORMED'
  /** It is for another project, environment or audience. */
  | 'SCOPE_MISMATCH'
  /** It is for later, or the clock is slow. */
  | 'SNAPSHOT_NOT_YET_VALID'
  /** It is older than what is in force, or than what a head pointed to; or a head points to what is. */
  | 'SNAPSHOT_ROLLBACK'
  /** Other bytes with the version that is in force, or that a head pointed to. */
  | 'SNAPSHOT_CONFLICT'
  /** It is larger than 64 MiB, or has more of something than is allowed. */
  | 'LIMIT_EXCEEDED'
  /** A host that starts the engine itself left out to configure it. */
  | 'NOT_CONFIGURED'
  /** A head cannot be read, or lasts longer than the root allows. */
  | 'HEAD_MALFORMED'
  /** A root cannot be read. */
  | 'ROOT_MALFORMED'
  /** Fewer trusted keys signed than have to. */
  | 'THRESHOLD_UNMET'
  /** The head is older than the newest one seen. */
  | 'HEAD_ROLLBACK'
  /** Other bytes with the newest head's version. */
  | 'HEAD_CONFLICT'
  /** Not the next root of the chain, or other bytes with the version of the one trusted. */
  | 'ROOT_CONFLICT'
  /** It is not the snapshot that the newest head points to. */
  | 'SNAPSHOT_MISMATCH'
  /** A snapshot came without a head that points to it. */
  | 'HEAD_REQUIRED'
  /** The source could not be reached, or answered with another status than 200; see `cause`. */
  | 'FETCH_FAILED'
  /** The source, or what `ready` waited for, took longer than was allowed. */
  | 'TIMEOUT'
  /** WebAssembly could not be fetched or compiled, as under a Content-Security-Policy without `wasm-unsafe-eval`. */
  | 'WASM_UNAVAILABLE'
  /** What `store` keeps could not be read, was refused when it was verified again, or could not be written; see `cause`. */
  | 'STORE_FAILED'
  /** `bootstrap` is neither bytes nor base64. */
  | 'BOOTSTRAP_INVALID'
  /** A development key is trusted only for loopback sources, or with `allowDevKeys`. */
  | 'DEVELOPMENT_KEY_REFUSED'
  /** An option can never work; thrown by `createClient`. */
  | 'OPTION_INVALID'
  /** The client was closed. */
  | 'CLOSED'
  /** The engine stopped in the middle and was started again. */
  | 'ENGINE_TRAPPED'

/** The one error of this package. `cause` holds what lies below, such as the network's error. */
export class TidegateError extends Error {
  declare readonly code: TidegateErrorCode
  /** Milliseconds for which the source asked to be left alone. */
  declare readonly retryAfter: number | undefined
  override readonly name = 'TidegateError'

  constructor(code: TidegateErrorCode, detail?: string, cause?: unknown, retryAfter?: number) {
    super(detail ? `${code}: ${detail}` : code, { cause })
    this.code = code
    this.retryAfter = retryAfter
  }
}

/** Throws for an error number of the engine: above 0. */
export function check(number: number): void {
  if (number > 0) throw new TidegateError(engineCodes.split(' ')[number - 1] as TidegateErrorCode)
}

const engineCodes =
  'TRUST_INVALID SCOPE_INVALID FRAME_TRUNCATED FRAME_MALFORMED PAYLOAD_TYPE_UNEXPECTED KEY_UNKNOWN SIGNATURE_INVALID ' +
  'FORMAT_UNSUPPORTED SNAPSHOT_MALFORMED SCOPE_MISMATCH SNAPSHOT_NOT_YET_VALID SNAPSHOT_ROLLBACK SNAPSHOT_CONFLICT ' +
  'LIMIT_EXCEEDED NOT_CONFIGURED HEAD_MALFORMED ROOT_MALFORMED THRESHOLD_UNMET HEAD_ROLLBACK HEAD_CONFLICT ROOT_CONFLICT ' +
  'SNAPSHOT_MISMATCH HEAD_REQUIRED'

/** Keeps a `TidegateError` as it is and wraps anything else under `code`. */
export function asTidegateError(error: unknown, code: TidegateErrorCode): TidegateError {
  return error instanceof TidegateError ? error : new TidegateError(code, String(error), error)
}
