import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SourceRequest } from '../src/public.js'
import { fileSource } from '../src/source/file-source.js'
import { kvSource } from '../src/source/kv-source.js'
import { openUrlSource } from '../src/source/url-source.js'
import { answeringAll, open } from './clients.js'
import { byCountry, makeFrame } from './snapshots.js'

const { signal } = new AbortController()
const request: SourceRequest = { signal, limit: 1_000 }
const frame = makeFrame({ flags: { 'by-country': byCountry } })

/** A response that came from another URL than was asked. */
function redirected(url: string): Response {
  return Object.defineProperty(new Response('content'), 'url', { value: url })
}

describe('a URL source', () => {
  const urlSource = (fetch: ReturnType<typeof answeringAll>['fetch'], url = 'https://flags.test/shop/') =>
    openUrlSource(new URL(url), fetch, 'no-cache')

  it('reads files below a folder', async () => {
    const { fetch, requests } = answeringAll(() => new Response('content', { headers: { etag: '"1"' } }))
    const source = urlSource(fetch)
    const answer = await source.read('rules/12ab', request)
    expect(requests[0]?.url).toBe('https://flags.test/shop/rules/12ab')
    expect(answer).toMatchObject({ status: 'fresh', etag: '"1"' })
    expect(new TextDecoder().decode(answer.bytes)).toBe('content')
  })

  it('of one file has that as latest, and nothing else, without asking', async () => {
    const { fetch, requests } = answeringAll(() => new Response('content'))
    const source = urlSource(fetch, 'https://flags.test/shop.tgf?a=/b')
    for (const path of ['head', '1.root', 'snapshot/12ab'])
      expect(await source.read(path, request)).toEqual({ status: 'missing' })
    expect((await source.read('latest', request)).status).toBe('fresh')
    expect(requests.map(({ url }) => url)).toEqual(['https://flags.test/shop.tgf?a=/b'])
  })

  it.each([403, 404, 410])('tells with %i that a file is missing', async (status) => {
    const { fetch } = answeringAll(() => new Response('none', { status }))
    expect((await urlSource(fetch).read('head', request)).status).toBe('missing')
  })

  it.each([
    'https://elsewhere.test/snapshot/1',
    '//elsewhere.test/snapshot/1',
    'http://flags.test/shop/1',
    'https://flags.test:444/',
    'data:,content',
  ])('never asks another origin: %s', async (path) => {
    const { fetch, requests } = answeringAll(() => new Response('content'))
    await expect(urlSource(fetch).read(path, request)).rejects.toMatchObject({ code: 'FETCH_FAILED' })
    expect(requests).toEqual([])
  })

  it('takes nothing from another origin that it was redirected to, and follows within its own', async () => {
    const { fetch } = answeringAll(
      () => redirected('https://elsewhere.test/shop/head'),
      () => redirected('https://flags.test/elsewhere/head'),
    )
    const source = urlSource(fetch)
    await expect(source.read('head', request)).rejects.toMatchObject({ code: 'FETCH_FAILED' })
    expect((await source.read('head', request)).status).toBe('fresh')
  })

  it('stops reading at the limit, however long the body is', async () => {
    let sent = 0
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent++
            controller.enqueue(new Uint8Array(100))
          },
        }),
      )
    await expect(urlSource(answeringAll(endless).fetch).read('head', request)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
    expect(sent).toBeLessThan(15)
  })

  it('asks caches on the way again for what was refused, and no more once it is known', async () => {
    const { fetch, requests } = answeringAll(() => new Response('content', { headers: { etag: '"1"' } }))
    const source = urlSource(fetch)
    await source.read('head', request)
    await source.read('head', request)
    await source.read('head', { ...request, etag: '"1"' })
    expect(requests.map(({ init }) => init.cache)).toEqual(['no-cache', 'reload', 'no-cache'])
  })

  it('takes 304 for an answer only where it sent an ETag', async () => {
    const { fetch } = answeringAll(() => new Response(null, { status: 304 }))
    expect((await urlSource(fetch).read('head', { ...request, etag: '"1"' })).status).toBe('unchanged')
    await expect(urlSource(fetch).read('head', request)).rejects.toMatchObject({ code: 'FETCH_FAILED' })
  })

  it('tells the delay that the source asks for, with failures as with answers, and once only', async () => {
    const headers = { 'retry-after': '900' }
    const { fetch } = answeringAll(
      () => new Response(null, { status: 503, headers }),
      () => new Response('content', { headers }),
      () => new Response('content'),
    )
    const source = urlSource(fetch)
    await expect(source.read('head', request)).rejects.toMatchObject({ retryAfter: 900_000 })
    expect(await source.read('head', request)).toMatchObject({ retryAfter: 900_000 })
    expect(await source.read('head', request)).toMatchObject({ retryAfter: 0 })
  })
})

describe('a source of an app', () => {
  it('is asked, and what it answers is verified', async () => {
    const asked: string[] = []
    const client = open({
      source: {
        async read(path) {
          asked.push(path)
          return path === 'latest' ? { status: 'fresh', bytes: frame } : { status: 'missing' }
        },
      },
    })
    await client.ready()
    expect(client.value('by-country', false, { country: 'CA' })).toBe(true)
    expect(asked).toContain('latest')
    const forged = frame.with(200, 1 ^ (frame[200] as number))
    const source = { read: async () => ({ status: 'fresh', bytes: forged }) as const }
    await expect(open({ source }).ready()).rejects.toMatchObject({ name: 'TidegateError' })
  })

  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['a number', () => 7],
    ['no bytes', () => ({ status: 'fresh' })],
    ['bytes of another kind', () => ({ status: 'fresh', bytes: frame.buffer })],
    ['another status', () => ({ status: 'excellent', bytes: frame })],
    [
      'an exception',
      () => {
        throw new Error('broken')
      },
    ],
  ])('that answers with %s is a failure, no exception', async (_, read) => {
    const client = open({ source: { read: async () => read() } as never })
    await expect(client.ready()).rejects.toMatchObject({ name: 'TidegateError' })
    expect(client.status).toBe('failed')
    expect(client.value('by-country', true)).toBe(true)
  })

  it('may be busy, and say for how long', async () => {
    let asked = 0
    const source = {
      read: () => {
        asked++
        return Promise.reject(Object.assign(new Error('busy'), { retryAfter: 900_000 }))
      },
    }
    const client = open({ source, refresh: { interval: 60_000 } })
    await expect(client.ready()).rejects.toMatchObject({ code: 'FETCH_FAILED', cause: { message: 'busy' } })
    const before = asked
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(asked).toBe(before)
    client.close()
  })
})

describe('a folder of files', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-source-'))
    writeFileSync(join(folder, 'latest'), frame)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is a source', async () => {
    const client = open({ source: fileSource(folder) })
    await client.ready()
    expect(client.value('by-country', false, { country: 'CA' })).toBe(true)
  })

  it('tells what is missing, what is unchanged, and what is too long', async () => {
    const source = fileSource(folder)
    expect(await source.read('head', request)).toEqual({ status: 'missing' })
    expect(await source.read('latest/below', request)).toEqual({ status: 'missing' })
    const { etag } = await source.read('latest', { signal, limit: frame.length })
    if (!etag) throw new Error('no etag')
    expect(await source.read('latest', { ...request, etag })).toEqual({ status: 'unchanged' })
    await expect(source.read('latest', { signal, limit: frame.length - 1 })).rejects.toThrow('bytes')
  })

  it('is not left, whatever a head names', async () => {
    writeFileSync(`${folder}-secret`, 'secret')
    const source = fileSource(folder)
    for (const path of ['../secret', `../${folder.split('/').at(-1)}-secret`, '/etc/passwd', '.', 'a/../..'])
      await expect(source.read(path, request)).rejects.toThrow('out of the folder')
    rmSync(`${folder}-secret`)
  })
})

describe('a KV namespace', () => {
  it('is a source, behind a prefix', async () => {
    const asked: unknown[] = []
    const namespace = {
      async get(key: string, options: object) {
        asked.push([key, options])
        return key === 'flags/latest' ? frame.slice().buffer : null
      },
      put: async () => {},
    }
    const source = kvSource(namespace, { prefix: 'flags/', cacheTtl: 60 })
    expect(await source.read('head', request)).toEqual({ status: 'missing' })
    expect(asked).toEqual([['flags/head', { type: 'arrayBuffer', cacheTtl: 60 }]])
    const client = open({ source })
    await client.ready()
    expect(client.value('by-country', false, { country: 'CA' })).toBe(true)
  })
})
