import { decodeBase64 } from './base64.js'
import { openDelivery } from './delivery/delivery.js'
import { openKeeping } from './delivery/keeping.js'
import { pollDelay, startPolling } from './delivery/polling.js'
import type { PackedContext } from './engine/context.js'
import { type Compiled, openEngine } from './engine/engine.js'
import type { Snapshot } from './engine/snapshot.js'
import { asTidegateError, TidegateError } from './error.js'
import { openEvents } from './events.js'
import type { Source } from './source/source.js'
import { locate, openUrlSource } from './source/url-source.js'
import { cancel, later, within } from './timer.js'
import type { Client, ClientEvents, ClientOptions, FlagMap, FlagSet, ReadyOptions, Status } from './types.js'

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
  const { trust, scope = '', bootstrap, timeout = 10_000, now = Date.now, store, nudge } = options
  const { interval = options.refresh === false ? Infinity : 60_000, jitter = 0.1 } = options.refresh || {}
  if (!(interval > 0)) throw new TidegateError('OPTION_INVALID', 'refresh.interval')
  if (typeof trust !== 'string') throw new TidegateError('OPTION_INVALID', 'trust')
  // Workers refuse `cache`, and have no cache of their own in the way.
  const [source, url] = openSource(options, onDemand ? undefined : 'no-cache')
  const refused = trust.startsWith('ed25519-dev:') && !options.allowDevKeys && !source?.loopback
  const [on, emit] = openEvents<ClientEvents>()
  const engine = openEngine(trust, scope, now, wake, report)
  const one = options.onExposure?.(engine.one, now) ?? engine.one
  const deliver = source && openDelivery(source, engine, timeout)
  const keeping =
    store && source ? openKeeping(store, scope || url || '', engine, timeout, apply, report) : undefined
  const polling = source && !onDemand ? startPolling(refresh) : undefined
  let status: Status = 'starting'
  let lastError = new TidegateError('CLOSED')
  let attempt: Promise<boolean> | undefined
  let request: AbortController | undefined
  let awake = false
  let closed = false
  let started = false
  let restored = false
  let failures = 0
  /** When the last attempt began, and for how long after that requests leave the source alone. */
  let askedAt = -Infinity
  let rest = 0
  /** A nudge came during an attempt, which may have asked before. */
  let missed = false
  let expiry: unknown
  const hush = onDemand ? undefined : nudge?.listen({ url, refresh: nudged })

  const client = {
    ...questions(),
    bind: (context: unknown) => questions({ context, words: undefined, place: undefined }),
    get status() {
      return settle()
    },
    get snapshot() {
      return engine.current?.info
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
      value: (key: string, otherwise: unknown, context?: unknown) => one(key, otherwise, context, packed),
      details: (key: string, otherwise: unknown, context?: unknown) =>
        one(key, otherwise, context, packed, true),
      all: (context?: unknown) => engine.all(context, packed),
    }
  }

  async function ready({ timeout = Infinity, waitUntil }: ReadyOptions = {}): Promise<void> {
    wake()
    if (engine.current && (!onDemand || !source)) return
    if (onDemand) {
      const age = now() - askedAt
      const resting = age >= 0 && age < rest
      if (engine.current) {
        if (resting) return
        if (waitUntil) return waitUntil(refresh())
      } else if (resting) throw lastError
    }
    let off: (() => void) | undefined
    let work: Promise<unknown>
    // A bootstrap may come into force before the source answers. On Workers, that could be another request's doing.
    if (!onDemand) work = Promise.race([refresh(), new Promise((resolve) => (off = on('change', resolve)))])
    else if (waitUntil) work = new Promise<void>((resolve) => waitUntil(pull(resolve)))
    else work = pull()
    await within(timeout, work).finally(() => off?.())
    if (!engine.current) throw lastError
  }

  function refresh(): Promise<boolean> {
    if (onDemand) return pull()
    attempt ??= pull().finally(() => {
      attempt = undefined
      if (missed) refresh()
      missed = false
    })
    return attempt
  }

  /** Asks soon, unless the version that is told is known. */
  function nudged(version = Infinity): void {
    if (closed || version <= engine.headVersion) return
    if (attempt) missed = true
    else refresh()
  }

  /** Makes one attempt. Never rejects. Calls `done` as soon as there is an answer, or none to be had. */
  async function pull(done?: () => void): Promise<boolean> {
    if (closed) return false
    const controller = new AbortController()
    if (onDemand) {
      askedAt = now()
      rest = engine.current ? interval : 0
    } else request = controller
    let applied = false
    let failed = true
    let retryAfter = 0
    try {
      if (deliver && !refused) {
        const result = await deliver(controller.signal, wakeUp, (documents) => {
          applied = apply(documents) || applied
        })
        retryAfter = result.retryAfter
        if (result.failure) throw result.failure
      } else await wakeUp()
      failed = false
    } catch (error) {
      report(asTidegateError(error, closed ? 'CLOSED' : 'FETCH_FAILED'))
    }
    controller.abort()
    // Where requests are on their own, many fail at once while there is nothing.
    const base = onDemand && !engine.current ? 0 : failures
    failures = failed ? base + 1 : 0
    settle(true)
    if (onDemand) done?.()
    if (closed) return applied
    const delay = pollDelay(interval, onDemand ? 0 : jitter, failures, engine.current, retryAfter)
    if (onDemand) rest = delay
    else if (interval < Infinity) polling?.plan(delay)
    if (applied) await keeping?.save()
    return applied

    async function wakeUp(): Promise<void> {
      await within(timeout, prepare())
      if (onDemand && engine.current) done?.()
    }
  }

  /** Starts the engine, and what was kept and the bootstrap with it; the bootstrap at once where compiling is. */
  async function prepare(): Promise<void> {
    const starting = start()
    if (restored || !keeping) return starting
    await keeping.restore(starting)
    restored = true
  }

  async function start(): Promise<void> {
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
      start().catch(report)
    }
  }

  /** Puts documents in force, as many as hold. True when something changed. Throws the first refusal. */
  function apply(documents: Uint8Array): boolean {
    if (closed) throw new TidegateError('CLOSED')
    const before = engine.current
    try {
      return engine.load(documents)
    } finally {
      const after = engine.current
      if (after && after !== before) {
        settle()
        const keys = changes(before, after)
        if (keys.length > 0 || before?.info.version !== after.info.version) emit('change', keys)
      }
    }
  }

  /** Brings `status` up to date with what is in force and the clock, and does so again when that expires. */
  function settle(tried = status !== 'starting'): Status {
    const before = status
    const snapshot = engine.current
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
    polling?.stop()
    hush?.()
    cancel(expiry)
    request?.abort()
  }
}

/** The keys of the flags that one snapshot has and the other has not, or that say something else. */
function changes(before: Snapshot | undefined, after: Snapshot): string[] {
  const keys = new Set([...(before?.keys ?? []), ...after.keys])
  return [...keys].filter((key) => before?.fingerprint(key) !== after.fingerprint(key))
}

/** The source of the options, if they name one, and its URL, if it has one. */
function openSource(
  { source, bootstrap, fetch }: ClientOptions,
  cache: RequestCache | undefined,
): readonly [source?: Source, url?: string] {
  if (source === undefined) {
    if (bootstrap === undefined) throw new TidegateError('OPTION_INVALID', 'source')
    return []
  }
  if (typeof source === 'object' && 'read' in source) return [source]
  const url = locate(source)
  return [openUrlSource(url, fetch, cache), url.href]
}
