import { decodeBase64 } from './base64.js'
import type { PackedContext } from './context.js'
import { type Runtime, startEngine } from './engine.js'
import { asTidegateError, TidegateError } from './error.js'
import { createAsker, type Footing } from './evaluator.js'
import { openEvents } from './events.js'
import { cancel, later, pollDelay, startPolling } from './polling.js'
import { openSource, type Source } from './source.js'
import type { Client, ClientEvents, ClientOptions, FlagMap, FlagSet, ReadyOptions, Status } from './types.js'

/** What an entry point knows of the place it runs in. */
export interface Platform {
  /** Compiles the runtime. Where that is synchronous, a client with a bootstrap is ready at once. */
  readonly compile: () => Runtime | Promise<Runtime>
  /** Nothing happens between requests: no timers, and no request waits for a promise of another. */
  readonly onDemand?: boolean | undefined
}

/** Makes the client that every entry point hands out. Throws `OPTION_INVALID` for options that can never work. */
export function openClient<Flags extends FlagSet<Flags> = FlagMap>(
  options: ClientOptions,
  { compile, onDemand = false }: Platform,
): Client<Flags> {
  const { trust, bootstrap, timeout = 10_000, now = Date.now } = options
  const { interval = 60_000, jitter = 0.1 } = options.refresh || {}
  const source = validSource(options, interval, onDemand)
  const refused = trust.startsWith('ed25519-dev:') && !options.allowDevKeys && !source?.loopback
  const events = openEvents<ClientEvents>()
  const footing: Footing = { engine: undefined, snapshot: undefined, stale: false, now, wake, report }
  const { ask, askAll } = createAsker(footing)
  const polling = source && options.refresh !== false && !onDemand ? startPolling(refresh) : undefined
  let status: Status = 'starting'
  let lastError = new TidegateError('CLOSED')
  let attempt: Promise<boolean> | undefined
  let request: AbortController | undefined
  let awake = false
  let closed = false
  let ended = false
  let failures = 0
  let checkedAt = -Infinity
  let expiry: unknown

  const client = {
    value: (key: string, defaultValue: unknown, context?: unknown) =>
      ask(key, defaultValue, context, undefined, false),
    details: (key: string, defaultValue: unknown, context?: unknown) =>
      ask(key, defaultValue, context, undefined, true),
    all: (context?: unknown) => askAll(context, undefined),
    bind,
    get status() {
      return settle()
    },
    get snapshot() {
      return footing.snapshot?.info
    },
    ready,
    refresh,
    on: events.on,
    close,
  }
  if (!onDemand) void refresh()
  return client as unknown as Client<Flags>

  function bind(context: object) {
    const packed: PackedContext = { context, slots: undefined, words: undefined, bytes: undefined }
    return {
      context,
      value: (key: string, defaultValue: unknown) => ask(key, defaultValue, undefined, packed, false),
      details: (key: string, defaultValue: unknown) => ask(key, defaultValue, undefined, packed, true),
      all: () => askAll(undefined, packed),
    }
  }

  async function ready({ timeout, waitUntil }: ReadyOptions = {}): Promise<void> {
    wake()
    if (footing.snapshot) {
      const elapsed = now() - checkedAt
      const fresh = options.refresh === false || (elapsed >= 0 && elapsed < interval)
      if (!onDemand || !source || fresh) return
      if (waitUntil) return waitUntil(refresh())
    }
    let timer: unknown
    let off: (() => void) | undefined
    const awaited: Promise<unknown>[] = [refresh()]
    // A bootstrap may come into force before the source answers. On Workers that could be another request's doing.
    if (!onDemand) awaited.push(new Promise((resolve) => (off = events.on('change', resolve))))
    if (timeout !== undefined) {
      awaited.push(
        new Promise((_, reject) => {
          timer = setTimeout(
            () => reject(new TidegateError('TIMEOUT', `not ready within ${timeout} ms`)),
            timeout,
          )
        }),
      )
    }
    try {
      await Promise.race(awaited)
    } finally {
      cancel(timer)
      off?.()
    }
    if (!footing.snapshot) throw lastError
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
    const { signal } = controller
    const timer = setTimeout(
      () => controller.abort(new TidegateError('TIMEOUT', `no answer within ${timeout} ms`)),
      timeout,
    )
    if (!onDemand) request = controller
    checkedAt = now()
    try {
      const pulling = refused ? undefined : source?.pull(signal, footing.engine?.loaded === true)
      const work = Promise.all([pulling, prepare()])
      const [pulled] = await Promise.race([work, aborted(signal)])
      const applied = pulled !== undefined && apply(pulled.bytes)
      if (pulled) source?.accept(pulled)
      failures = 0
      return applied
    } catch (error) {
      failures++
      report(asTidegateError(signal.aborted ? signal.reason : error, 'FETCH_FAILED'))
      return false
    } finally {
      clearTimeout(timer)
      controller.abort()
      ended = true
      settle()
      if (!closed) {
        const { retryAfter = 0 } = source ?? {}
        polling?.plan(
          pollDelay({ interval, jitter, failures, retryAfter, ready: footing.snapshot !== undefined }),
        )
      }
    }
  }

  /** Starts the engine, and the bootstrap with it; at once where compiling is. */
  async function prepare(): Promise<void> {
    if (footing.engine) return
    if (refused) throw new TidegateError('DEVELOPMENT_KEY_REFUSED')
    try {
      const compiled = compile()
      const runtime = compiled instanceof Promise ? await compiled : compiled
      if (footing.engine) return
      footing.engine = startEngine(runtime, trust, options.scope ?? '')
    } catch (error) {
      throw asTidegateError(error, 'WASM_UNAVAILABLE')
    }
    if (bootstrap === undefined) return
    try {
      apply(bytesOf(bootstrap))
    } catch (error) {
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

  function apply(bytes: Uint8Array<ArrayBuffer>): boolean {
    const { engine } = footing
    if (!engine) return false
    const before = footing.snapshot?.keys ?? []
    try {
      if (!engine.load(bytes, now())) return false
    } finally {
      footing.snapshot = engine.snapshot
    }
    settle()
    watchExpiry()
    events.emit('change', [...new Set([...before, ...(footing.snapshot?.keys ?? [])])])
    return true
  }

  /** Brings `status` up to date with what is in force and the clock. */
  function settle(): Status {
    const { snapshot } = footing
    footing.stale = snapshot !== undefined && now() >= snapshot.info.expires
    const before = status
    if (footing.stale) status = 'stale'
    else if (snapshot) status = 'ready'
    else if (ended) status = 'failed'
    if (status !== before) events.emit('status', status)
    return status
  }

  function watchExpiry(): void {
    cancel(expiry)
    if (onDemand || closed || !footing.snapshot) return
    const left = footing.snapshot.info.expires - now()
    if (left > 0) expiry = later(watchExpiry, Math.max(left, 1_000))
    settle()
  }

  function report(error: TidegateError): void {
    lastError = error
    if (!closed) events.emit('error', error)
  }

  function close(): void {
    closed = true
    polling?.stop()
    cancel(expiry)
    request?.abort(new TidegateError('CLOSED'))
  }
}

function validSource(
  { source, bootstrap, fetch }: ClientOptions,
  interval: number,
  onDemand: boolean,
): Source | undefined {
  if (!(interval > 0)) throw new TidegateError('OPTION_INVALID', 'refresh.interval must be positive')
  if (source === undefined) {
    if (bootstrap === undefined) throw new TidegateError('OPTION_INVALID', 'source or bootstrap is needed')
    return undefined
  }
  try {
    return openSource(source, fetch, onDemand ? undefined : 'no-cache')
  } catch (error) {
    throw asTidegateError(error, 'OPTION_INVALID')
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

function bytesOf(bootstrap: Uint8Array | ArrayBuffer | string): Uint8Array<ArrayBuffer> {
  return typeof bootstrap === 'string' ? decodeBase64(bootstrap) : new Uint8Array(bootstrap)
}
