import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Compiled } from '../src/engine/engine.js'
import type { TidegateError } from '../src/public.js'
import { memoryStore } from '../src/store/memory-store.js'
import { answering, hanging, held, open, runtimeModule, settled } from './clients.js'
import { byCountry, makeFrame, makeKey, NOW } from './snapshots.js'

const source = 'https://flags.test/shop/'
const flags = { 'by-country': byCountry, plain: { default: 'on' } }
const first = makeFrame({ flags, version: 1 })
const second = makeFrame({ flags: { ...flags, added: { default: 'on' } }, version: 2 })
const damaged = first.with(first.length - 1, 1 ^ (first.at(-1) ?? 0))
const ok =
  (frame: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  () =>
    new Response(frame, { headers })
const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response(null, { status: code, headers })

/** The codes of the errors that a client reports from now on. */
function codesOf(client: ReturnType<typeof open>): string[] {
  const codes: string[] = []
  client.on('error', ({ code }) => codes.push(code))
  return codes
}

describe('a source', () => {
  it('is a folder when its URL ends in a slash, else a file', async () => {
    for (const [source, url] of [
      ['https://flags.test/shop/', 'https://flags.test/shop/latest'],
      ['https://flags.test', 'https://flags.test/latest'],
      ['https://flags.test/shop.tgf?a=/b', 'https://flags.test/shop.tgf?a=/b'],
      [new URL('https://flags.test/shop'), 'https://flags.test/shop'],
    ] as const) {
      const { fetch, requests } = answering(ok(first))
      await open({ source, fetch }).ready()
      expect(requests[0]?.url).toBe(url)
      expect(requests[0]?.init.cache).toBe('no-cache')
    }
  })

  it.each([
    [{}],
    [{ source: '/relative' }],
    [{ source, refresh: { interval: 0 } }],
    [{ source, refresh: { interval: Number.NaN } }],
    [{ source, trust: undefined as unknown as string }],
  ])('that can never work is refused at once: %j', (options) => {
    expect(() => open(options)).toThrow(
      expect.objectContaining({ name: 'TidegateError', code: 'OPTION_INVALID' }),
    )
  })

  it('is told of an ETag only after what came with it was applied', async () => {
    const { fetch, requests } = answering(
      ok(first, { etag: '"1"' }),
      ok(damaged, { etag: '"damaged"' }),
      ok(second, { etag: '"2"' }),
      status(304),
    )
    const client = open({ source, fetch })
    const codes = codesOf(client)
    await client.ready()
    await client.refresh()
    expect(client.snapshot?.version).toBe(1)
    await client.refresh()
    await client.refresh()
    expect(client.snapshot?.version).toBe(2)
    expect(requests.map(({ init }) => new Headers(init.headers).get('if-none-match'))).toEqual([
      null,
      '"1"',
      '"1"',
      '"2"',
    ])
    expect(codes).toEqual(['SIGNATURE_INVALID'])
  })

  it.each<[string, () => Response, string]>([
    ['an error', status(503), 'FETCH_FAILED'],
    ['a page of HTML', () => new Response('<!doctype html>'), 'FRAME_MALFORMED'],
    ['nothing', status(200), 'FRAME_TRUNCATED'],
    ['304 without having sent anything', status(304), 'FETCH_FAILED'],
    ['half a frame', ok(first.slice(0, 200)), 'FRAME_TRUNCATED'],
    ['a flipped bit', ok(damaged), 'SIGNATURE_INVALID'],
  ])('that answers with %s leaves what is in force, or the default', async (_, answer, code) => {
    const started = open({ source, fetch: answering(answer).fetch })
    await expect(started.ready()).rejects.toMatchObject({ code })
    expect(started.status).toBe('failed')
    expect(started.details('plain', false).errorCode).toBe('PROVIDER_NOT_READY')

    const going = open({ source, fetch: answering(ok(first), answer).fetch })
    await going.ready()
    const codes = codesOf(going)
    expect(await going.refresh()).toBe(false)
    expect(codes).toEqual([code])
    expect(going.status).toBe('ready')
    expect(going.value('plain', false)).toBe(true)
  })

  it('cannot go back, nor change what has a version', async () => {
    const other = makeFrame({ flags: { plain: { default: 'off' } }, version: 2 })
    const client = open({ source, fetch: answering(ok(second), ok(first), ok(other), ok(second)).fetch })
    const codes = codesOf(client)
    await client.ready()
    for (let i = 0; i < 3; i++) expect(await client.refresh()).toBe(false)
    expect(codes).toEqual(['SNAPSHOT_ROLLBACK', 'SNAPSHOT_CONFLICT'])
    expect(client.value('plain', false)).toBe(true)
  })

  it('cannot send more than 64 MiB', async () => {
    let sent = 0
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent += 1
            controller.enqueue(new Uint8Array(1_048_576))
          },
        }),
      )
    const client = open({ source, fetch: answering(endless).fetch })
    await expect(client.ready()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
    expect(sent).toBeLessThan(70)
  })

  it('can serve another scope, key or time than is asked for, and is refused', async () => {
    const cases: [object, Uint8Array<ArrayBuffer>, string][] = [
      [{ scope: 'shop/production/client' }, first, 'SCOPE_MISMATCH'],
      [{ scope: 'shop' }, first, 'SCOPE_INVALID'],
      [{ trust: makeKey().trust }, first, 'KEY_UNKNOWN'],
      [{ trust: 'ed25519:short' }, first, 'TRUST_INVALID'],
      [{ now: () => NOW - 3_600_000 }, first, 'SNAPSHOT_NOT_YET_VALID'],
    ]
    for (const [options, frame, code] of cases) {
      await expect(
        open({ source, fetch: answering(ok(frame)).fetch, ...options }).ready(),
      ).rejects.toMatchObject({ code })
    }
  })

  it('that cannot be reached is a failure with its cause', async () => {
    const cause = new TypeError('fetch failed')
    const fetch = () => Promise.reject(cause)
    await expect(open({ source, fetch }).ready()).rejects.toMatchObject({ code: 'FETCH_FAILED', cause })
  })
})

describe('a development key', () => {
  const key = makeKey({ development: true })
  const frame = makeFrame({ flags, key })
  const fetch = async () => new Response(frame)

  it.each(['http://localhost:4700/', 'http://127.0.0.1/', 'http://127.8.9.1/', 'http://[::1]:80/'])(
    'is taken from %s',
    async (source) => {
      const client = open({ source, fetch, trust: key.trust })
      await client.ready()
      expect(client.value('plain', false)).toBe(true)
    },
  )

  it.each([
    'https://flags.test/',
    'http://127.evil.test/',
    'http://localhost.evil.test/',
    'http://128.0.0.1/',
    'http://[::2]/',
  ])('is refused from %s, without asking', async (source) => {
    const { fetch, requests } = answering(ok(frame))
    const client = open({ source, fetch, trust: key.trust, bootstrap: frame })
    await expect(client.ready()).rejects.toMatchObject({ code: 'DEVELOPMENT_KEY_REFUSED' })
    expect(requests).toEqual([])
    expect(client.value('plain', false)).toBe(false)
  })

  it('is refused for a bootstrap alone, and taken from anywhere where it is allowed', async () => {
    const options = { bootstrap: frame, trust: key.trust }
    await expect(open(options).ready()).rejects.toMatchObject({ code: 'DEVELOPMENT_KEY_REFUSED' })
    expect(open({ ...options, allowDevKeys: true }).value('plain', false)).toBe(true)
  })

  it('does not pass for another', async () => {
    await expect(
      open({ bootstrap: frame, trust: key.trust.replace('-dev', '') }).ready(),
    ).rejects.toMatchObject({
      code: 'PAYLOAD_TYPE_UNEXPECTED',
    })
  })
})

describe('a bootstrap', () => {
  it('is in force at once, as bytes, a buffer or base64', () => {
    for (const bootstrap of [
      first,
      first.buffer,
      Buffer.from(first),
      Buffer.from(first).toString('base64'),
    ]) {
      const client = open({ bootstrap })
      expect(client.status).toBe('ready')
      expect(client.value('plain', false)).toBe(true)
    }
  })

  it.each<[string, Uint8Array | string, string]>([
    ['no base64', '?', 'BOOTSTRAP_INVALID'],
    ['no frame', new Uint8Array(200), 'FRAME_MALFORMED'],
    ['altered', damaged, 'SIGNATURE_INVALID'],
  ])('that is %s is refused, and the source is asked', async (_, bootstrap, code) => {
    await expect(open({ bootstrap }).ready()).rejects.toMatchObject({ code })
    const client = open({ bootstrap, source, fetch: answering(ok(first)).fetch })
    const codes = codesOf(client)
    await client.ready()
    expect(codes).toEqual([code])
    expect(client.value('plain', false)).toBe(true)
  })

  it('makes a client ready while the source is silent, where compiling takes its time', async () => {
    const compile = async () => WebAssembly.compile(await import('node:fs').then(readRuntime))
    const client = open({ bootstrap: first, source, fetch: hanging }, { compile })
    expect(client.status).toBe('starting')
    await client.ready({ timeout: 5_000 })
    expect(client.value('plain', false)).toBe(true)
    client.close()
  })
})

describe('ready', () => {
  it('gives up after its timeout, and the client goes on', async () => {
    let answer: (response: Response) => void = () => {}
    const { fetch } = answering(() => new Promise((resolve) => (answer = resolve)))
    const client = open({ source, fetch })
    await expect(client.ready({ timeout: 5 })).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(client.status).toBe('starting')
    answer(new Response(first))
    await client.ready()
    expect(client.status).toBe('ready')
  })

  it('asks again after a failure', async () => {
    const client = open({ source, fetch: answering(status(500), ok(first)).fetch })
    await expect(client.ready()).rejects.toMatchObject({ code: 'FETCH_FAILED' })
    await client.ready()
    expect(client.status).toBe('ready')
  })

  it('tells when the runtime cannot be had', async () => {
    const compile = () => Promise.reject(new Error('refused by policy'))
    const client = open({ source, fetch: answering(ok(first)).fetch }, { compile })
    await expect(client.ready()).rejects.toMatchObject({ code: 'WASM_UNAVAILABLE' })
    expect(client.value('plain', false)).toBe(false)
  })

  it('shares one request among those who wait', async () => {
    const { fetch, requests } = answering(ok(first))
    const client = open({ source, fetch })
    await Promise.all([client.ready(), client.ready(), client.refresh()])
    expect(requests).toHaveLength(1)
  })
})

describe('a request', () => {
  it('times out, even where fetch does not heed the signal', async () => {
    for (const fetch of [hanging, () => new Promise<Response>(() => {})]) {
      await expect(open({ source, fetch, timeout: 5 }).ready()).rejects.toMatchObject({ code: 'TIMEOUT' })
    }
  })

  it('is aborted by close, which ends waiting without an error event', async () => {
    let signal: AbortSignal | null | undefined
    const client = open({
      source,
      fetch: (url, init) => {
        signal = init.signal
        return hanging(url, init)
      },
    })
    const codes = codesOf(client)
    const waiting = client.ready()
    client.close()
    await expect(waiting).rejects.toMatchObject({ code: 'CLOSED' })
    expect(signal?.aborted).toBe(true)
    expect(await client.refresh()).toBe(false)
    await expect(client.ready()).rejects.toMatchObject({ code: 'CLOSED' })
    expect(codes).toEqual([])
  })

  it('that ends after close changes nothing', async () => {
    let answer: (response: Response) => void = () => {}
    const { fetch } = answering(() => new Promise((resolve) => (answer = resolve)))
    const client = open({ bootstrap: first, source, fetch })
    client.close()
    answer(new Response(second))
    await client.refresh()
    expect(client.snapshot?.version).toBe(1)
    expect(client.value('plain', false)).toBe(true)
  })
})

describe('events', () => {
  it('tell the keys that changed, the status and errors, until they are turned off', async () => {
    const client = open({ source, fetch: answering(ok(first), ok(second), status(500)).fetch })
    const seen: unknown[] = []
    const off = client.on('change', (keys) => seen.push([...keys].sort()))
    client.on('status', (status) => seen.push(status))
    client.on('error', (error) => seen.push(error.code))
    await client.ready()
    await client.refresh()
    expect(seen).toEqual(['ready', ['by-country', 'plain'], ['added']])
    off()
    await client.refresh()
    expect(seen.slice(3)).toEqual(['FETCH_FAILED'])
  })

  it('reach listeners that were added right after the start', async () => {
    const client = open({ bootstrap: first })
    const keys = await new Promise((resolve) => client.on('change', resolve))
    expect(keys).toEqual(['by-country', 'plain'])
    const refused = open({ bootstrap: damaged })
    const error = await new Promise<TidegateError>((resolve) => refused.on('error', resolve))
    expect(error.code).toBe('SIGNATURE_INVALID')
  })
})

describe('time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW })
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })
  const polled = (options: object) =>
    open({ source, refresh: { interval: 60_000 }, now: () => Date.now(), ...options })

  it('brings polls at the interval', async () => {
    const { fetch, requests } = answering(ok(first, { etag: '"1"' }), status(304))
    const client = polled({ fetch })
    await client.ready()
    await vi.advanceTimersByTimeAsync(59_000)
    expect(requests).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(121_000)
    expect(requests).toHaveLength(4)
    client.close()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(requests).toHaveLength(4)
  })

  it('varies the interval by the jitter', async () => {
    for (const [random, delay] of [
      [0, 45_000],
      [0.999, 74_900],
    ] as const) {
      vi.spyOn(Math, 'random').mockReturnValue(random)
      const { fetch, requests } = answering(ok(first))
      const client = polled({ fetch, refresh: { interval: 60_000, jitter: 0.25 } })
      await client.ready()
      await vi.advanceTimersByTimeAsync(delay - 100)
      expect(requests).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(200)
      expect(requests).toHaveLength(2)
      client.close()
    }
  })

  it('between attempts grows while they fail, from a second when there is nothing to go on with', async () => {
    const { fetch, requests } = answering(status(500))
    const client = polled({ fetch })
    const starts: number[] = []
    for (let i = 0; i < 700; i++) {
      await vi.advanceTimersByTimeAsync(1_000)
      while (starts.length < requests.length) starts.push(i + 1)
    }
    expect(starts.slice(1).map((at, i) => at - (starts[i] ?? 0))).toEqual(
      [1, 2, 4, 8, 16, 32, 64, 128, 256].map((s, i) => (i === 0 ? 0 : s)),
    )
    client.close()
  })

  it('between attempts grows from the interval when there is a snapshot, and falls back after a success', async () => {
    const { fetch, requests } = answering(ok(first), status(500), status(500), ok(second), ok(second))
    const client = polled({ fetch })
    await client.ready()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(requests).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(119_000)
    expect(requests).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(requests).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(240_000)
    expect(requests).toHaveLength(4)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(requests).toHaveLength(5)
    client.close()
  })

  it.each(['900', new Date(NOW + 900_000).toUTCString()])(
    'that the source asks for is given: %s',
    async (retryAfter) => {
      const { fetch, requests } = answering(status(429, { 'retry-after': retryAfter }), ok(first))
      const client = polled({ fetch })
      await vi.advanceTimersByTimeAsync(899_000)
      expect(requests).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(2_000)
      expect(requests).toHaveLength(2)
      client.close()
    },
  )

  it('makes a snapshot stale, which goes on serving', async () => {
    const short = makeFrame({ flags, expires: NOW + 10_000 })
    const client = open({ bootstrap: short, now: () => Date.now() })
    const statuses: string[] = []
    client.on('status', (status) => statuses.push(status))
    await vi.advanceTimersByTimeAsync(9_999)
    expect(client.details('plain', false).flagMetadata).not.toHaveProperty('stale')
    await vi.advanceTimersByTimeAsync(1)
    expect(client.details('plain', false)).toMatchObject({ value: true, flagMetadata: { stale: true } })
    expect(statuses).toEqual(['ready', 'stale'])
    expect(client.status).toBe('stale')
  })

  it('is not spent while the page is hidden', async () => {
    const page = Object.assign(new EventTarget(), { hidden: false })
    vi.stubGlobal('document', page)
    const { fetch, requests } = answering(ok(first))
    const client = polled({ fetch })
    await client.ready()
    page.hidden = true
    await vi.advanceTimersByTimeAsync(600_000)
    expect(requests).toHaveLength(1)
    page.hidden = false
    page.dispatchEvent(new Event('visibilitychange'))
    expect(requests).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(requests).toHaveLength(3)
    client.close()
    vi.unstubAllGlobals()
  })
})

describe('on demand', () => {
  const worker = (options: object) => open({ source, now: () => Date.now(), ...options }, { onDemand: true })
  beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  it('nothing happens before the first use', async () => {
    const compile = vi.fn()
    const { fetch, requests } = answering(ok(first))
    open({ source, fetch }, { onDemand: true, compile })
    expect(compile).not.toHaveBeenCalled()
    expect(requests).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('the first use starts a bootstrap', () => {
    expect(worker({ source: undefined, bootstrap: first }).value('plain', false)).toBe(true)
  })

  it('each request waits for a fetch of its own until there is a snapshot, then none until the interval has passed', async () => {
    const { fetch, requests } = answering(ok(first, { etag: '"1"' }), ok(first, { etag: '"1"' }), status(304))
    const client = worker({ fetch, refresh: { interval: 60_000 } })
    await Promise.all([client.ready(), client.ready()])
    expect(requests).toHaveLength(2)
    await client.ready()
    expect(requests).toHaveLength(2)
    expect(vi.getTimerCount()).toBe(0)
    vi.setSystemTime(NOW + 60_000)
    await Promise.all([client.ready(), client.ready()])
    expect(requests).toHaveLength(3)
    expect(requests[0]?.init.cache).toBeUndefined()
  })

  it('a refresh can go on behind the response', async () => {
    const { fetch, requests } = answering(ok(first), ok(second))
    const client = worker({ fetch, refresh: { interval: 60_000 } })
    const behind: Promise<unknown>[] = []
    const waitUntil = (promise: Promise<unknown>) => void behind.push(promise)
    await client.ready({ waitUntil })
    await Promise.all(behind)
    expect([client.snapshot?.version, behind.length, requests.length]).toEqual([1, 1, 1])
    vi.setSystemTime(NOW + 60_000)
    await client.ready({ waitUntil })
    expect([client.snapshot?.version, behind.length, requests.length]).toEqual([1, 2, 2])
    await Promise.all(behind)
    expect(client.snapshot?.version).toBe(2)
  })
})

describe('on demand', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())
  const worker = (options: object, compile = runtimeModule as () => Compiled) =>
    open({ source, now: () => Date.now(), ...options }, { onDemand: true, compile })

  it('what was loaded is neither parsed nor verified again, for any number of requests', async () => {
    let loads = 0
    const { exports, compile } = held()
    const { load } = exports
    exports.load = (now) => {
      loads++
      return load(now)
    }
    const { fetch } = answering(ok(first, { etag: '"1"' }), status(304))
    const client = worker({ fetch, refresh: { interval: 1_000 } }, compile)
    for (let i = 0; i < 100; i++) {
      vi.setSystemTime(NOW + i * 100)
      await client.ready()
      expect(client.value('plain', false)).toBe(true)
    }
    // One is of nothing, at the start: it tells the version of the root that is pinned.
    expect(loads).toBe(2)
  })

  it('a source that fails is left alone for a second while there is nothing, then longer, as it asks', async () => {
    const { fetch, requests } = answering(status(500), status(429, { 'retry-after': '60' }), ok(first))
    const client = worker({ fetch })
    await expect(client.ready()).rejects.toMatchObject({ code: 'FETCH_FAILED' })
    await expect(client.ready()).rejects.toMatchObject({ code: 'FETCH_FAILED' })
    expect(requests).toHaveLength(1)
    vi.setSystemTime(NOW + 1_000)
    await expect(client.ready()).rejects.toMatchObject({ code: 'FETCH_FAILED' })
    vi.setSystemTime(NOW + 60_000)
    await expect(client.ready()).rejects.toMatchObject({ code: 'FETCH_FAILED' })
    expect(requests).toHaveLength(2)
    vi.setSystemTime(NOW + 61_000)
    await client.ready()
    expect(client.value('plain', false)).toBe(true)
  })

  it('a clock that jumps back holds nothing up', async () => {
    const { fetch, requests } = answering(ok(first), ok(second))
    const client = worker({ fetch, refresh: { interval: 60_000 } })
    await client.ready()
    vi.setSystemTime(NOW - 365 * 86_400_000)
    await client.ready()
    expect(requests).toHaveLength(2)
  })

  it('what is kept answers at once, and the source is asked behind the response', async () => {
    const store = memoryStore()
    await worker({ fetch: answering(ok(first)).fetch, store }).ready()
    let answer: (response: Response) => void = () => {}
    const { fetch } = answering(() => new Promise((resolve) => (answer = resolve)))
    const client = worker({ fetch, store })
    const behind: Promise<unknown>[] = []
    await client.ready({ waitUntil: (promise) => void behind.push(promise) })
    expect(client.snapshot?.version).toBe(1)
    answer(new Response(second))
    await Promise.all(behind)
    expect(client.snapshot?.version).toBe(2)
    expect((await store.read('https://flags.test/shop/'))?.length).toBe(second.length)
  })

  it('keeping is no part of what a request waits for', async () => {
    let kept: () => void = () => {}
    const store = {
      read: async () => undefined,
      write: () => new Promise<void>((resolve) => (kept = resolve)),
    }
    const client = worker({ fetch: answering(ok(first)).fetch, store })
    const behind: Promise<unknown>[] = []
    await client.ready({ waitUntil: (promise) => void behind.push(promise) })
    expect(client.snapshot?.version).toBe(1)
    await settled()
    kept()
    await Promise.all(behind)
  })
})

function readRuntime({ readFileSync }: typeof import('node:fs')): Buffer<ArrayBuffer> {
  return readFileSync(new URL('../dist/runtime.wasm', import.meta.url))
}
