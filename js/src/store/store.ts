/**
 * What outlives a session: what was in force last, to start from it while a source is away, and never to go back behind it.
 *
 * A client keeps one value, under its scope, or under its source's URL where no scope is given (a source without a URL wants a
 * scope): the signed documents themselves, which are verified again when they are read. What rejects or hangs is an `error` event with `STORE_FAILED`; the
 * client then goes on with what it has in memory.
 */
export interface Store {
  /** Undefined when nothing was written under the key. */
  read(key: string): Promise<Uint8Array | undefined>
  /** Replaces all bytes or, when it rejects, none. */
  write(key: string, bytes: Uint8Array): Promise<void>
}
