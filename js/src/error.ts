/** Why a snapshot, a refresh or an option was refused. The names are stable; the README lists what to do about each. */
export type TidegateErrorCode =
  | 'TRUST_INVALID'
  | 'SCOPE_INVALID'
  | 'FRAME_TRUNCATED'
  | 'FRAME_MALFORMED'
  | 'PAYLOAD_TYPE_UNEXPECTED'
  | 'KEY_UNKNOWN'
  | 'SIGNATURE_INVALID'
  | 'FORMAT_UNSUPPORTED'
  | 'SNAPSHOT_MALFORMED'
  | 'SCOPE_MISMATCH'
  | 'SNAPSHOT_NOT_YET_VALID'
  | 'SNAPSHOT_ROLLBACK'
  | 'SNAPSHOT_CONFLICT'
  | 'LIMIT_EXCEEDED'
  | 'NOT_CONFIGURED'
  | 'FETCH_FAILED'
  | 'TIMEOUT'
  | 'WASM_UNAVAILABLE'
  | 'BOOTSTRAP_INVALID'
  | 'DEVELOPMENT_KEY_REFUSED'
  | 'OPTION_INVALID'
  | 'CLOSED'
  | 'ENGINE_TRAPPED'

/** The one error of this package. `cause` holds what lies below, such as the network's error. */
export class TidegateError extends Error {
  override readonly name = 'TidegateError'

  constructor(
    readonly code: TidegateErrorCode,
    detail?: string,
    cause?: unknown,
  ) {
    super(detail === undefined ? code : `${code}: ${detail}`, { cause })
  }
}

/** Names the engine's error numbers, 1 to 15. */
const engineCodes: readonly TidegateErrorCode[] = [
  'TRUST_INVALID',
  'SCOPE_INVALID',
  'FRAME_TRUNCATED',
  'FRAME_MALFORMED',
  'PAYLOAD_TYPE_UNEXPECTED',
  'KEY_UNKNOWN',
  'SIGNATURE_INVALID',
  'FORMAT_UNSUPPORTED',
  'SNAPSHOT_MALFORMED',
  'SCOPE_MISMATCH',
  'SNAPSHOT_NOT_YET_VALID',
  'SNAPSHOT_ROLLBACK',
  'SNAPSHOT_CONFLICT',
  'LIMIT_EXCEEDED',
  'NOT_CONFIGURED',
]

/** The error behind a number that the engine returned. */
export function engineError(number: number): TidegateError {
  return new TidegateError(engineCodes[number - 1] ?? 'SNAPSHOT_MALFORMED')
}

/** Keeps a `TidegateError` as it is and wraps anything else under `code`. */
export function asTidegateError(error: unknown, code: TidegateErrorCode): TidegateError {
  return error instanceof TidegateError ? error : new TidegateError(code, String(error), error)
}
