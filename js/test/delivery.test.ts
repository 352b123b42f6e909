import { describe, expect, it } from 'vitest'
import type { TidegateError } from '../src/public.js'
import { answering, codesOf, hanging, ok, open, status } from './clients.js'
import { flags, makeFrame, makeKey, NOW } from './snapshots.js'

const source = 'https://flags.test/shop/'
const first = makeFrame({ flags, version: 1 })
const second = makeFrame({ flags: { ...flags, added: { default: 'on' } }, version: 2 })
const damaged = first.with(first.length - 1, 1 ^ (first.at(-1) ?? 0))

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
