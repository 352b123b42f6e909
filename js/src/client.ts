import { decodeBase64 } from './base64.js'
import type { PackedContext } from './context.js'
import { type Compiled, openEngine } from './engine.js'
import { asTidegateError, TidegateError } from './error.js'
import { openEvents } from './events.js'
import { pollDelay, startPolling } from './polling.js'
import type { Snapshot } from './snapshot.js'
import { LARGEST_FRAME, type Source } from './source.js'
import { cancel, later, within } from './timer.js'
import type { Client, ClientEvents, ClientOptions, FlagMap, FlagSet, ReadyOptions, Status } from './types.js'
import { openUrlSource } from './url-source.js'

/**
 * Makes the client that every entry point hands out. Throws `OPTION_INVALID` for options that can never work.
 *
 * Where `compile` is synchronous, a client with a bootstrap is ready at once. `onDemand` where nothing happens between
 * requests: no timers, and no request waits for a promise of another.
 */
export function openClient<Flags extends FlagSet<Flags> = FlagMap>(
  options: ClientOptions,
  compile: () => Compiled | Promise<Compiled>,
  mayRest = false,
): Client<Flags> {
  const onDemand = !RESIDENT && mayRest
  const { trust, scope = '', bootstrap, timeout = 10_000, now = Date.now } = options
  const { interval = options.refresh === false ? Infinity : 60_000, jitter = 0.1 } = options.refresh || {}
  if (!(interval > 0)) throw new TidegateError('OPTION_INVALID', 'refresh.interval')
  if (typeof trust !== 'string') throw new TidegateError('OPTION_INVALID', 'trust')
  // Workers refuse `cache`, and have no cache of their own in the way.
  const source = openSource(options, onDemand ? undefined : 'no-cache')
  let etag: string | undefined
  let retryAfter = 0
  const refused = trust.startsWith('ed25519-dev:') && !options.allowDevKeys && !source?.loopback
  const [on, emit] = openEvents<ClientEvents>()
  const engine = openEngine(trust, scope, now, wake, report)
  const polling = source && interval < Infinity && !onDemand && startPolling(refresh)
  let status: Status = 'starting'
  let lastError = new TidegateError('CLOSED')
  let attempt: Promise<boolean> | undefined
  let request: AbortController | undefined
  let awake = false
  let closed = false
  let started = false
  let failures = 0
  let checkedAt = -Infinity
  let expiry: unknown

  const client = {
    ...questions(),
    bind: (context: unknown) => questions({ context, words: undefined, place: undefined }),
    get status() {
      return settle()
    },
    get snapshot() {
      return engine.snapshot?.info
    },
    ready,
    refresh,
    on,
    close,
  }
  if (!onDemand) refresh()
  return client as unknown as Client<Flags>

  function questions(packed?: PackedContext) {
    return {
      value: (key: string, otherwise: unknown, context?: unknown) =>
        engine.one(key, otherwise, context, packed, false),
      details: (key: string, otherwise: unknown, context?: unknown) =>
        engine.one(key, otherwise, context, packed, true),
      all: (context?: unknown) => engine.all(context, packed),
    }
  }

  async function ready({ timeout = Infinity, waitUntil }: ReadyOptions = {}): Promise<void> {
    wake()
    if (engine.snapshot) {
      if (!onDemand || !source) return
      const age = now() - checkedAt
      if (age >= 0 && age < interval) return
      if (waitUntil) return waitUntil(refresh())
    }
    let off: (() => void) | undefined
    let work: Promise<unknown> = refresh()
    // A bootstrap may come into force before the source answers. On Workers, that could be another request's doing.
    if (!onDemand) work = Promise.race([work, new Promise((resolve) => (off = on('change', resolve)))])
    await within(timeout, work).finally(() => off?.())
    if (!engine.snapshot) throw lastError
  }

  function refresh(): Promise<boolean> {
    if (onDemand) return pull()
    attempt ??= pull().finally(() => {
      attempt = undefined
    })
    return attempt
  }

  /** Makes one attempt. Never rejects. */
  async function pull(): Promise<boolean> {
    if (closed) return false
    const controller = new AbortController()
    if (onDemand) checkedAt = now()
    else request = controller
    let applied = false
    try {
      const known = engine.frameLength && etag
      const request = { signal: controller.signal, limit: LARGEST_FRAME, ...(known && { etag: known }) }
      const reading = !refused && source?.read('latest', request)
      const [read] = await within(timeout, Promise.all([reading, prepare()]))
      if (closed) throw new TidegateError('CLOSED')
      retryAfter = 0
      if (read) {
        retryAfter = read.retryAfter ?? 0
        if (read.status === 'missing') throw new TidegateError('FETCH_FAILED', 'latest is missing')
        if (read.status === 'fresh') {
          const { bytes } = read
          // Nothing else has a length below.
          if (!(bytes && bytes.length <= LARGEST_FRAME)) throw new TidegateError('LIMIT_EXCEEDED')
          applied = apply(bytes)
          etag = read.etag
        }
      }
      failures = 0
    } catch (error) {
      failures++
      retryAfter = (error as TidegateError).retryAfter ?? 0
      report(asTidegateError(error, closed ? 'CLOSED' : 'FETCH_FAILED'))
    }
    controller.abort()
    settle(true)
    if (polling && source && !closed)
      polling.plan(pollDelay(interval, jitter, failures, engine.snapshot, retryAfter))
    return applied
  }

  /** Starts the engine, and the bootstrap with it; at once where compiling is. */
  async function prepare(): Promise<void> {
    if (started) return
    if (refused) throw new TidegateError('DEVELOPMENT_KEY_REFUSED')
    try {
      const compiled = compile()
      const runtime = compiled instanceof Promise ? await compiled : compiled
      if (onDemand && started) return
      engine.start(runtime)
      started = true
      if (bootstrap !== undefined)
        apply(typeof bootstrap === 'string' ? decodeBase64(bootstrap) : new Uint8Array(bootstrap))
    } catch (error) {
      if (!started) throw asTidegateError(error, 'WASM_UNAVAILABLE')
      report(asTidegateError(error, 'BOOTSTRAP_INVALID'))
    }
  }

  /** On Workers, the first use starts the engine. */
  function wake(): void {
    if (onDemand && !awake) {
      awake = true
      prepare().catch(report)
    }
  }

  function apply(bytes: Uint8Array): boolean {
    const before = engine.snapshot
    if (!engine.load(bytes)) return false
    settle()
    emit('change', changes(before, engine.snapshot as Snapshot))
    return true
  }

  /** Brings `status` up to date with what is in force and the clock, and does so again when that expires. */
  function settle(tried = status !== 'starting'): Status {
    const before = status
    const snapshot = engine.snapshot
    cancel(expiry)
    if (snapshot) {
      const left = snapshot.info.expires - now()
      snapshot.expired = left <= 0
      status = snapshot.expired ? 'stale' : 'ready'
      if (!snapshot.expired && !onDemand && !closed) expiry = later(settle, Math.max(left, 1_000))
    } else if (tried) status = 'failed'
    if (status !== before) emit('status', status)
    return status
  }

  function report(error: TidegateError): void {
    lastError = error
    if (!closed) emit('error', error)
  }

  function close(): void {
    closed = true
    if (polling) polling.stop()
    cancel(expiry)
    request?.abort()
  }
}

/** The keys of the flags that one snapshot has and the other has not, or that say something else. */
function changes(before: Snapshot | undefined, after: Snapshot): string[] {
  const keys = new Set([...(before?.keys ?? []), ...after.keys])
  return [...keys].filter((key) => before?.fingerprint(key) !== after.fingerprint(key))
}

function openSource(
  { source, bootstrap, fetch }: ClientOptions,
  cache: RequestCache | undefined,
): Source | undefined {
  if (source === undefined) {
    if (bootstrap === undefined) throw new TidegateError('OPTION_INVALID', 'source')
    return undefined
  }
  return typeof source === 'object' && 'read' in source ? source : openUrlSource(source, fetch, cache)
}
