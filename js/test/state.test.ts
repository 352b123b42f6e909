import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Store } from '../src/public.js'
import { memoryStore } from '../src/store/memory-store.js'
import { settled } from './clients.js'
import { bytesOf, makeSigner } from './frames.js'
import { makePublisher, type Publisher, serving } from './publisher.js'
import { flags, NOW } from './snapshots.js'
import { published, source, visit } from './visits.js'

const scope = 'shop/production/server'
const gone = async () => new Response('', { status: 500 })

afterEach(() => void vi.useRealTimers())

function keeping(publisher: Publisher, store: Store | false, options: object = {}) {
  return visit(publisher, { scope, store, ...options })
}

/** A memory store that counts, and whose parts can be replaced. */
function watched(overrides: Partial<Store> = {}) {
  const memory = memoryStore()
  const written: [string, Uint8Array][] = []
  const store: Store = {
    read: (key) => memory.read(key),
    write: (key, bytes) => {
      written.push([key, bytes])
      return memory.write(key, bytes)
    },
    ...overrides,
  }
  return { store, written, memory }
}

describe('what is kept', () => {
  it('starts the next session while the source is away, kills included', async () => {
    const publisher = published()
    const store = memoryStore()
    const first = keeping(publisher, store)
    await first.client.refresh()
    publisher.publishHead({ kills: ['plain'] })
    await first.client.refresh()
    const second = keeping(publisher, store, { fetch: gone })
    await second.client.ready()
    expect(second.client.value('by-country', false, { country: 'CA' })).toBe(true)
    expect(second.client.value('plain', true)).toBe(false)
    await second.client.refresh()
    expect(second.client.status).toBe('ready')
    expect(second.codes).toEqual(['FETCH_FAILED'])
  })

  it('is never gone back behind in a later session: rules, heads and kills', async () => {
    const publisher = published()
    const old = new Map(publisher.files)
    publisher.publish({ flags: { ...flags, added: { default: 'on' } } })
    publisher.publishHead({ kills: ['plain'] })
    const store = memoryStore()
    await keeping(publisher, store).client.refresh()
    for (const options of [{}, { bootstrap: old.get('latest') }]) {
      const { client, codes } = keeping({ ...publisher, files: old }, store, options)
      await client.refresh()
      expect(client.snapshot?.version).toBe(2)
      expect(client.value('added', false)).toBe(true)
      expect(client.value('plain', true)).toBe(false)
      expect(codes).toEqual(['HEAD_ROLLBACK'])
    }
    const forgetful = keeping({ ...publisher, files: old }, false)
    await forgetful.client.refresh()
    expect(forgetful.client.snapshot?.version).toBe(1)
  })

  it('is the signed documents themselves, under the scope, and is written only when they are new', async () => {
    const publisher = published()
    const { store, written } = watched()
    const { client } = keeping(publisher, store)
    await client.refresh()
    await client.refresh()
    expect(written).toEqual([[scope, publisher.files.get('latest')]])
    publisher.publishHead({ kills: ['plain'] })
    await client.refresh()
    expect(written.length).toBe(2)
    await keeping(publisher, store).client.refresh()
    expect(written.length).toBe(2)
  })

  it('is not written again when others wrote the same meanwhile', async () => {
    const publisher = published()
    const first = watched()
    await keeping(publisher, first.store).client.refresh()
    let reads = 0
    const { store, written } = watched({
      read: async (key) => (++reads > 1 ? first.memory.read(key) : undefined),
    })
    await keeping(publisher, store).client.refresh()
    expect([reads, written.length]).toEqual([2, 0])
  })

  it('is kept under the URL of the source where no scope is given', async () => {
    const publisher = published()
    const { store, written } = watched()
    await keeping(publisher, store, { scope: '' }).client.refresh()
    expect(written[0]?.[0]).toBe(source)
  })

  it('is nothing that was not verified', async () => {
    const publisher = published()
    const { store, written } = watched()
    const forger = makePublisher({ flags, snapshot: [makeSigner()] })
    forger.publish()
    const { client, codes } = keeping(publisher, store, { fetch: serving(forger.files, '/shop/').fetch })
    await client.refresh()
    expect(written).toEqual([])
    expect(codes).toEqual(['KEY_UNKNOWN'])
  })

  it.each<[string, (state: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>]>([
    ['cut off', (state) => state.slice(0, -1)],
    ['emptied', () => new Uint8Array()],
    ['overwritten', () => new Uint8Array(1_000)],
    ['altered', (state) => state.with(state.length - 1, 1 ^ (state.at(-1) as number))],
    ['forged', () => forged()],
    ['too long', (state) => bytesOf(state, [0])],
  ])('is verified again: what was %s starts nothing, is told, and written over', async (_, damage) => {
    const publisher = published()
    const { store, memory } = watched()
    const latest = publisher.files.get('latest') as Uint8Array<ArrayBuffer>
    await memory.write(scope, damage(latest))
    const offline = keeping(publisher, store, { fetch: gone })
    await offline.client.refresh()
    expect(offline.client.value('plain', false)).toBe(false)
    expect(offline.codes).toEqual(['STORE_FAILED', 'FETCH_FAILED'])
    const online = keeping(publisher, store)
    await online.client.refresh()
    expect(online.client.value('plain', false)).toBe(true)
    expect(await memory.read(scope)).toEqual(latest)
  })

  function forged(): Uint8Array<ArrayBuffer> {
    const forger = makePublisher({ flags, snapshot: [makeSigner()] })
    forger.publish()
    return forger.files.get('latest') as Uint8Array<ArrayBuffer>
  }

  it('is left for a bootstrap that is newer, and taken before one that is older', async () => {
    const publisher = published()
    const old = publisher.files.get('latest')
    publisher.publish({ flags: { ...flags, added: { default: 'on' } } })
    const latest = publisher.files.get('latest')
    for (const [kept, bootstrap] of [
      [old, latest],
      [latest, old],
    ] as const) {
      const store = memoryStore()
      await store.write(scope, kept as Uint8Array)
      const { client, codes } = keeping(publisher, store, { bootstrap, fetch: gone })
      await client.refresh()
      expect(client.value('added', false)).toBe(true)
      expect(codes).toEqual(['FETCH_FAILED'])
    }
  })
})

describe('a store that fails', () => {
  const refusal = new DOMException('no room', 'QuotaExceededError')
  it.each<[string, Partial<Store>]>([
    ['rejects reads', { read: () => Promise.reject(refusal) }],
    ['throws', { read: thrown, write: thrown }],
    ['gives what is no bytes', { read: async () => 'text' as never }],
  ])('as it %s harms nobody, and is told', async (_, overrides) => {
    const { store } = watched(overrides)
    const { client, codes } = keeping(published(), store)
    await client.refresh()
    expect(client.value('plain', false)).toBe(true)
    expect(client.status).toBe('ready')
    expect(new Set(codes)).toEqual(new Set(['STORE_FAILED']))
  })

  function thrown(): never {
    throw refusal
  }

  it('for want of room is told with its cause, and memory goes on', async () => {
    const publisher = published()
    const { store } = watched({ write: () => Promise.reject(refusal) })
    const { client, codes, causes } = keeping(publisher, store)
    await client.refresh()
    expect(codes).toEqual(['STORE_FAILED'])
    expect(causes).toEqual([refusal])
    const old = new Map(publisher.files)
    publisher.publish()
    await client.refresh()
    publisher.files.set('head', old.get('head') as never)
    await client.refresh()
    expect(client.snapshot?.version).toBe(2)
  })

  it('by never answering holds nothing up for long', async () => {
    const { store } = watched({ read: () => new Promise(() => {}) })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { client, codes } = keeping(published(), store, { timeout: 5_000 })
    const ready = client.ready()
    await vi.advanceTimersByTimeAsync(999)
    expect(client.status).toBe('starting')
    await vi.advanceTimersByTimeAsync(1)
    await ready
    expect(client.value('plain', false)).toBe(true)
    expect(codes).toEqual(['STORE_FAILED'])
    const refreshed = client.refresh()
    await vi.advanceTimersByTimeAsync(5_000)
    await refreshed
    expect(codes).toEqual(['STORE_FAILED', 'STORE_FAILED'])
  })
})

describe('the ladder', () => {
  it('ends at defaults, with an error for each step down', async () => {
    const publisher = published()
    const { store } = watched({ read: () => Promise.reject(new Error('broken')) })
    const { client, codes } = keeping(publisher, store, { bootstrap: new Uint8Array(100), fetch: gone })
    const statuses: string[] = []
    client.on('status', (status) => statuses.push(status))
    await expect(client.ready()).rejects.toMatchObject({ code: 'FETCH_FAILED' })
    expect(codes).toEqual(['FRAME_MALFORMED', 'STORE_FAILED', 'FETCH_FAILED'])
    expect(statuses).toEqual(['failed'])
    expect(client.value('plain', true)).toBe(true)
    expect(client.details('plain', true).errorCode).toBe('PROVIDER_NOT_READY')
  })

  it('is climbed again when the source is back', async () => {
    const publisher = published()
    let fetch: (url: string, init: RequestInit) => Promise<Response> = gone
    const { client } = keeping(publisher, memoryStore(), {
      fetch: (url: string, init: RequestInit) => fetch(url, init),
    })
    const statuses: string[] = []
    client.on('status', (status) => statuses.push(status))
    await client.refresh()
    fetch = serving(publisher.files, '/shop/').fetch
    await client.refresh()
    await settled()
    expect(statuses).toEqual(['failed', 'ready'])
    expect(client.value('plain', false)).toBe(true)
  })

  it('serves expired rules, marked stale, from whatever step', async () => {
    const publisher = published()
    const store = memoryStore()
    await keeping(publisher, store).client.refresh()
    const now = () => NOW + 400 * 86_400_000
    const { client } = keeping(publisher, store, { fetch: gone, now })
    await client.ready()
    expect(client.status).toBe('stale')
    expect(client.details('plain', false)).toMatchObject({ value: true, flagMetadata: { stale: true } })
  })
})
