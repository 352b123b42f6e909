import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Store } from '../src/public.js'
import { memoryStore } from '../src/store/memory-store.js'
import { serving } from './publisher.js'
import { flags } from './snapshots.js'
import { published, visit } from './visits.js'

const scope = 'shop/production/server'

afterEach(() => void vi.unstubAllGlobals())

describe('two tabs', () => {
  it('take from each other what is newer, and never roll each other back', async () => {
    const publisher = published()
    const store = memoryStore()
    const ahead = visit(publisher, { scope, store })
    await ahead.client.refresh()
    const between = new Map(publisher.files)
    between.set('head', publisher.publishHead())
    publisher.publish({ flags: { ...flags, added: { default: 'on' } } })
    publisher.publishHead({ kills: ['plain'] })
    await ahead.client.refresh()
    const kept = await store.read(scope)

    const { fetch } = serving(between, '/shop/')
    const changed: string[] = []
    const late = visit(publisher, { scope, store: delayed(store), fetch })
    late.client.on('change', (keys) => changed.push(...keys))
    await late.client.refresh()
    expect(late.client.snapshot?.version).toBe(2)
    expect(late.client.value('plain', true)).toBe(false)
    expect(await store.read(scope)).toEqual(kept)
    expect(changed).toContain('added')
  })

  /** What is kept is found only when it is about to be written over: as if another tab wrote meanwhile. */
  function delayed(store: Store): Store {
    let reads = 0
    return {
      read: async (key) => (++reads > 1 ? store.read(key) : undefined),
      write: (key, bytes) => store.write(key, bytes),
    }
  }

  it('write one after the other, where there are locks', async () => {
    const names: string[] = []
    let held = 0
    let most = 0
    let queue: Promise<unknown> = Promise.resolve()
    const locks = {
      request(name: string, work: () => Promise<void>) {
        names.push(name)
        const next = queue.then(async () => {
          most = Math.max(most, ++held)
          await work().finally(() => held--)
        })
        queue = next.catch(() => {})
        return next
      },
    }
    vi.stubGlobal('navigator', { locks })
    const publisher = published()
    const store = memoryStore()
    await Promise.all(Array.from({ length: 5 }, () => visit(publisher, { scope, store }).client.refresh()))
    expect(new Set(names)).toEqual(new Set([`tidegate ${scope}`]))
    expect([names.length, most]).toEqual([5, 1])
    expect(await store.read(scope)).toEqual(publisher.files.get('latest'))
  })
})
