import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Compiled } from '../src/engine/engine.js'
import { memoryStore } from '../src/store/memory-store.js'
import { answering, held, ok, open, runtimeModule, settled, status } from './clients.js'
import { flags, makeFrame, NOW } from './snapshots.js'

const source = 'https://flags.test/shop/'
const first = makeFrame({ flags, version: 1 })
const second = makeFrame({ flags, version: 2 })

describe('on demand', () => {
  const worker = (options: object, compile = runtimeModule as () => Compiled) =>
    open({ source, now: () => Date.now(), ...options }, { onDemand: true, compile })
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
