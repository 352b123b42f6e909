import type { Engine } from '../engine/engine.js'
import { TidegateError } from '../error.js'
import { LARGEST_DOCUMENT, LARGEST_FRAME, type Source, type SourceAnswer } from '../source/source.js'
import { within } from '../timer.js'

/** Milliseconds by which a slow `head` holds up `latest`, which may not know the last kills yet. */
const GRACE = 500

/** What an attempt came to: its first failure, if there was one, and for how long the source asked to be left alone. */
export interface Attempt {
  readonly failure: unknown
  readonly retryAfter: number
}

/**
 * Asks a source for what is new: `latest` and `head` at once on a first visit, then `head` alone, what that points to, and where
 * there is a root the roots behind it. Where there is no `head`, it stays with `latest`.
 *
 * An attempt goes as far as it can: what one file lacks, another may bring. `prepare` is awaited before anything is applied,
 * and what that rejects with ends the attempt.
 */
export function openDelivery(
  source: Source,
  engine: Engine,
  timeout: number,
): (
  signal: AbortSignal,
  prepare: () => Promise<void>,
  apply: (bytes: Uint8Array) => void,
) => Promise<Attempt> {
  /** Those of files whose content was applied. */
  const etags = new Map<string, string | undefined>()
  let begun = false
  let headed = false
  /** The version of the head at which the chain of roots was followed to its end. */
  let rootsFollowed = -1

  return async (signal, prepare, apply) => {
    let failure: unknown
    let retryAfter = 0
    const latest = !headed && read('latest', LARGEST_FRAME)
    const head = (headed || !begun || engine.headVersion > 0) && read('head', LARGEST_DOCUMENT)
    begun = true
    await prepare()
    // New keys come with new roots, or, for a bare key, with the snapshot that names them, or with a first root.
    const bare = !engine.rootVersion
    let followed = bare
    // Before anything that a key signed which a newer root has removed.
    if (!followed && rootsFollowed < 0) await attempt(followRoots())
    let found = false
    if (latest) {
      if (head) await within(GRACE, head).catch(() => {})
      found = (await attempt(take('latest', latest, followRoots))) ?? true
    }
    const first = failure
    if (head) {
      const again = () => take('latest', read('latest', LARGEST_FRAME), followRoots)
      headed = (await attempt(take('head', head, bare && !latest ? again : followRoots))) ?? headed
      // A kill leaves `latest` as it is, and a publication replaces it before `head`: either may be the older one.
      const older = (failure as Partial<TidegateError> | undefined)?.code === 'HEAD_ROLLBACK'
      if (latest && older && (headed || !first)) failure = undefined
    }
    if (!headed && !found) fail(missing(latest ? 'latest' : 'head'))
    if (!followed && rootsFollowed !== engine.headVersion) await attempt(followRoots())
    if (followed) rootsFollowed = engine.headVersion
    const wanted = engine.wanted()
    if (wanted) {
      const { url, length } = wanted
      if ((await attempt(take(url, read(url, length), followRoots))) === false) fail(missing(url))
    }
    return { failure, retryAfter }

    /** Starts to read a file. Nobody has to wait for what that comes to. */
    function read(path: string, limit: number): Promise<SourceAnswer> {
      const etag = engine.frameLength > 0 && etags.get(path)
      const request = { signal, limit, ...(etag && { etag }) }
      const reading = within(timeout, checked(source, path, request))
      reading.catch(() => {})
      return reading
    }

    /** Applies what was read. False when there is no such file. `renewing` may bring the keys that are not known yet. */
    async function take(
      path: string,
      reading: Promise<SourceAnswer>,
      renewing?: () => Promise<unknown>,
    ): Promise<boolean> {
      const { status, bytes, etag, retryAfter: rest = 0 } = await reading
      retryAfter = Math.max(retryAfter, rest)
      if (status === 'fresh') {
        try {
          apply(bytes as Uint8Array)
        } catch (error) {
          if (!renewing || !/^(KEY_|THRE)/.test((error as TidegateError).code)) throw error
          await renewing()
          apply(bytes as Uint8Array)
        }
        etags.set(path, etag)
      }
      return status !== 'missing'
    }

    async function followRoots(): Promise<void> {
      for (let known = -1; known < engine.rootVersion; ) {
        known = engine.rootVersion
        const path = `${known + 1}.root`
        if (!(await take(path, read(path, LARGEST_DOCUMENT)))) break
      }
      followed = true
    }

    async function attempt<T>(work: Promise<T>): Promise<T | undefined> {
      try {
        return await work
      } catch (error) {
        fail(error)
        return undefined
      }
    }

    function fail(error: unknown): void {
      failure ??= error
      retryAfter = Math.max(retryAfter, (error as Partial<TidegateError>)?.retryAfter ?? 0)
    }
  }
}

/** What a source answers, which may be anything. */
async function checked(
  source: Source,
  path: string,
  request: Parameters<Source['read']>[1],
): Promise<SourceAnswer> {
  const answer = await source.read(path, request)
  // Nothing but bytes has a length below.
  if (answer.status === 'fresh' && !((answer.bytes as Uint8Array).length <= request.limit))
    throw new TidegateError('LIMIT_EXCEEDED')
  return answer
}

function missing(path: string): TidegateError {
  return new TidegateError('FETCH_FAILED', `${path} is missing`)
}
