import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cacheStore } from '../src/store/cache-store.js'
import { fileStore } from '../src/store/file-store.js'
import { indexedDbStore } from '../src/store/indexed-db-store.js'
import { kvStore } from '../src/store/kv-store.js'
import { localStorageStore } from '../src/store/local-storage-store.js'
import { memoryStore } from '../src/store/memory-store.js'
import type { Store } from '../src/store/store.js'

const folder = mkdtempSync(join(tmpdir(), 'tidegate-store-'))
const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) & 255)

afterEach(() => void vi.unstubAllGlobals())

/** The part of `localStorage` that is needed. */
function fakeStorage() {
  const items = new Map<string, string>()
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  }
}

/** A Cache API that takes what the real one does: URLs. */
function fakeCaches() {
  const caches = new Map<string, Map<string, Response>>()
  return {
    async open(name: string) {
      const cache = caches.get(name) ?? new Map<string, Response>()
      caches.set(name, cache)
      return {
        match: async (url: string) => cache.get(new Request(url).url)?.clone(),
        put: async (url: string, response: Response) => void cache.set(new Request(url).url, response),
      }
    },
  }
}

function fakeNamespace() {
  const values = new Map<string, Uint8Array>()
  return {
    get: async (key: string) => (values.get(key)?.slice().buffer as ArrayBuffer | undefined) ?? null,
    put: async (key: string, value: ArrayBuffer | ArrayBufferView) =>
      void values.set(key, new Uint8Array(value as ArrayBuffer).slice()),
  }
}

/** IndexedDB is what browsers have: it is tested there, with the Cache API as it is. */
const stores: readonly [string, () => Store][] = [
  ['memory', memoryStore],
  ['files', () => fileStore(join(folder, 'a', 'b'))],
  [
    'localStorage',
    () => {
      vi.stubGlobal('localStorage', fakeStorage())
      return localStorageStore()
    },
  ],
  [
    'the Cache API',
    () => {
      vi.stubGlobal('caches', fakeCaches())
      return cacheStore()
    },
  ],
  ['KV', () => kvStore(fakeNamespace())],
]

describe.each(stores)('a store in %s', (_, make) => {
  it('has nothing under a key that was not written', async () => {
    expect(await make().read('shop/production/client')).toBeUndefined()
  })

  it('gives back what was written last, whatever the key has in it', async () => {
    const store = make()
    for (const key of ['shop/production/client', 'https://flags.test/a b?c=d#e', '..', 'ü', '']) {
      await store.write(key, bytes.slice(0, 10))
      await store.write(key, bytes)
      expect(Buffer.from((await store.read(key)) as Uint8Array).equals(bytes)).toBe(true)
    }
    await store.write('other', new Uint8Array())
    expect((await store.read('other'))?.length ?? 0).toBe(0)
    expect((await store.read('..'))?.length).toBe(bytes.length)
  })

  it('is not changed by who changes the bytes afterwards', async () => {
    const store = make()
    const mine = bytes.slice()
    await store.write('key', mine)
    mine.fill(0)
    ;(await store.read('key'))?.fill(1)
    expect((await store.read('key'))?.[1]).toBe(7)
  })
})

describe('a store', () => {
  it.each<[string, Store]>([
    ['the Cache API', cacheStore()],
    ['localStorage', localStorageStore()],
    ['IndexedDB', indexedDbStore()],
  ])('in %s can be made where that is absent, and rejects', async (_, store) => {
    await expect(store.read('key')).rejects.toThrow()
    await expect(store.write('key', bytes)).rejects.toThrow()
  })

  it('in localStorage rejects when there is no room, or access is refused', async () => {
    const refused = () => {
      throw new DOMException('no', 'QuotaExceededError')
    }
    vi.stubGlobal('localStorage', { getItem: refused, setItem: refused })
    await expect(localStorageStore().write('key', bytes)).rejects.toMatchObject({
      name: 'QuotaExceededError',
    })
    await expect(localStorageStore().read('key')).rejects.toThrow()
  })
})

describe('a store in files', () => {
  it('is for its owner only, and leaves no drafts', async () => {
    const store = fileStore(join(folder, 'c'))
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.write('key', bytes.slice(0, 1_000 + i))))
    const [file, ...others] = readdirSync(join(folder, 'c'))
    expect(others).toEqual([])
    expect(statSync(join(folder, 'c', file as string)).mode & 0o777).toBe(0o600)
    expect((await store.read('key'))?.length).toBeGreaterThanOrEqual(1_000)
  })

  it('rejects when the folder cannot be had, and keeps what is there', async () => {
    writeFileSync(join(folder, 'file'), '')
    const store = fileStore(join(folder, 'file'))
    await expect(store.write('key', bytes)).rejects.toThrow()
    await expect(store.read('key')).rejects.toThrow()
    rmSync(folder, { recursive: true })
  })
})
