import { describe, expect, it } from 'vitest'
import { memoryStore } from '../src/store/memory-store.js'
import { open } from './clients.js'
import { bytesOf, encodeRoot, makeSigner, type RootFields, type Signer, seal, trustOf } from './frames.js'
import { makePublisher } from './publisher.js'
import { flags, NOW } from './snapshots.js'
import { source, visit } from './visits.js'

/** Who holds the keys, from one root to the next. */
interface Keys {
  readonly root: readonly Signer[]
  readonly snapshot: readonly Signer[]
  readonly head: readonly Signer[]
}

/** One who publishes under a chain of roots, and can lengthen it. */
function governed() {
  let keys: Keys = { root: [makeSigner()], snapshot: [makeSigner()], head: [makeSigner()] }
  const first = signedRoot(keys, 1, keys.root)
  const publisher = makePublisher({ flags, snapshot: keys.snapshot, head: keys.head, rootVersion: 1 })
  publisher.publish()
  return {
    publisher,
    trust: trustOf(first),
    /** Signs the next root with the keys of the last one and of its own, and goes by it from then on. */
    rotate(changes: Partial<Keys>, fields: Partial<RootFields> = {}) {
      const before = keys
      keys = { ...keys, ...changes }
      publisher.rootVersion++
      publisher.snapshotSigners = keys.snapshot
      publisher.headSigners = keys.head
      const signers = [...new Set([...before.root, ...keys.root])]
      publisher.files.set(
        `${publisher.rootVersion}.root`,
        signedRoot(keys, publisher.rootVersion, signers, fields),
      )
      return keys
    },
  }
}

function signedRoot(
  { root, snapshot, head }: Keys,
  version: number,
  signers: readonly Signer[],
  fields: Partial<RootFields> = {},
) {
  const roles = { root: { signers: root }, snapshot: { signers: snapshot }, head: { signers: head } }
  return seal('root', encodeRoot({ project: 'shop', version, ...roles, ...fields }), ...signers)
}

describe('a client with a pinned root', () => {
  it('is ready after one round trip, and then asks for the next root: at the start, and whenever a head is new', async () => {
    const { publisher, trust } = governed()
    const { client, asked, codes } = visit(publisher, { trust })
    await client.ready()
    expect(asked).toEqual(['latest', 'head', '2.root'])
    expect(client.value('by-country', false, { country: 'CA' })).toBe(true)
    await client.refresh()
    expect(asked).toEqual(['latest', 'head', '2.root', 'head'])
    publisher.publishHead()
    await client.refresh()
    expect(asked.slice(4)).toEqual(['head', '2.root'])
    expect(codes).toEqual([])
  })

  it('starts from a head alone, where latest cannot be had', async () => {
    const { publisher, trust } = governed()
    publisher.files.delete('latest')
    const { client, asked, codes } = visit(publisher, { trust })
    await client.refresh()
    expect(client.value('plain', false)).toBe(true)
    expect(asked).toEqual(['latest', 'head', '2.root', expect.stringMatching(/^snapshot\//)])
    expect(codes).toEqual([])
  })

  it('follows the chain from root 1 to root 3 over new keys of every role, asleep or awake', async () => {
    const { publisher, trust, rotate } = governed()
    const store = memoryStore()
    const awake = visit(publisher, { trust })
    const asleep = visit(publisher, { trust, store })
    await Promise.all([awake.client.refresh(), asleep.client.refresh()])
    asleep.client.close()

    rotate({ root: [makeSigner()], head: [makeSigner()] })
    publisher.publishHead({ kills: ['plain'] })
    await awake.client.refresh()
    expect(awake.client.value('plain', true)).toBe(false)
    rotate({ root: [makeSigner()], snapshot: [makeSigner()], head: [makeSigner()] })
    publisher.publish({ flags: { ...flags, added: { default: 'on' } } })
    await awake.client.refresh()

    const woken = visit(publisher, { trust, store })
    const fresh = visit(publisher, { trust })
    for (const { client, codes } of [awake, woken, fresh]) {
      await client.refresh()
      expect(client.value('added', false)).toBe(true)
      expect(client.value('plain', false)).toBe(true)
      expect(client.snapshot?.version).toBe(2)
      expect(codes).toEqual([])
    }
    expect(fresh.asked).toContain('3.root')
  })

  it('takes a head whose versions start over when its keys were replaced', async () => {
    const { publisher, trust, rotate } = governed()
    publisher.publishHead({ version: 2n ** 53n - 1n })
    const { client, codes } = visit(publisher, { trust })
    await client.refresh()
    rotate({ head: [makeSigner()] })
    publisher.publishHead({ kills: ['plain'] })
    await client.refresh()
    expect(client.value('plain', true)).toBe(false)
    expect(codes).toEqual([])
  })

  it('no longer takes what a removed key signs', async () => {
    const { publisher, trust, rotate } = governed()
    const stolen = publisher.headSigners
    rotate({ head: [makeSigner()] })
    publisher.publish()
    const { client, codes } = visit(publisher, { trust })
    await client.refresh()
    publisher.headSigners = stolen
    publisher.publishHead({ kills: ['plain'] })
    expect(await client.refresh()).toBe(false)
    expect(codes).toEqual(['KEY_UNKNOWN'])
    expect(client.value('plain', false)).toBe(true)
  })

  it('learns of removed keys before it takes what they sign, on a first visit too', async () => {
    const { publisher, trust, rotate } = governed()
    rotate({ head: [makeSigner()], snapshot: [makeSigner()] })
    const { client, codes } = visit(publisher, { trust })
    await client.refresh()
    expect(client.status).toBe('failed')
    expect(codes).toEqual(['KEY_UNKNOWN'])
    publisher.publish()
    await client.refresh()
    expect(client.value('plain', false)).toBe(true)
  })

  it.each<[string, (keys: Keys) => Uint8Array<ArrayBuffer>, string]>([
    ['by none of the old keys', (keys) => signedRoot(keys, 2, keys.root), 'KEY_UNKNOWN'],
    ['out of turn', (keys) => signedRoot(keys, 3, keys.root), 'ROOT_CONFLICT'],
  ])('refuses a root that is signed %s, and keeps what it has', async (_, forge, code) => {
    const { publisher, trust } = governed()
    const thief: Keys = { root: [makeSigner()], snapshot: [makeSigner()], head: [makeSigner()] }
    publisher.files.set('2.root', forge(thief))
    const { client, codes } = visit(publisher, { trust })
    await client.refresh()
    expect(codes).toEqual([code])
    expect(client.value('plain', false)).toBe(true)
    expect(client.status).toBe('ready')
  })

  it('needs as many signatures as the root says, by different keys', async () => {
    const [one, two] = [makeSigner(), makeSigner()]
    const [snapshot, root] = [makeSigner(), makeSigner()]
    const fields = { head: { threshold: 2, signers: [one, two] } }
    const first = signedRoot({ root: [root], snapshot: [snapshot], head: [one, two] }, 1, [root], fields)
    const publisher = makePublisher({ flags, snapshot: [snapshot], head: [one, two], rootVersion: 1 })
    publisher.publish()
    const { client, codes } = visit(publisher, { trust: trustOf(first) })
    await client.refresh()
    for (const signers of [[one], [one, one]]) {
      publisher.headSigners = signers
      publisher.publishHead({ kills: ['plain'] })
      await client.refresh()
    }
    expect(codes).toEqual(['THRESHOLD_UNMET', 'THRESHOLD_UNMET'])
    expect(client.value('plain', false)).toBe(true)
  })

  it('never takes a snapshot without a head, nor one of another project', async () => {
    const { publisher, trust } = governed()
    const alone = visit(publisher, { trust, bootstrap: publisher.publish() })
    expect(alone.client.value('plain', false)).toBe(false)
    await alone.client.refresh()
    expect(alone.codes).toEqual(['HEAD_REQUIRED'])
    const other = visit(publisher, { trust, scope: 'elsewhere/production/server' })
    await other.client.refresh()
    expect(new Set(other.codes)).toEqual(new Set(['SCOPE_MISMATCH']))
    expect(other.client.status).toBe('failed')
  })

  it('takes a whole chain as a bootstrap', () => {
    const { publisher, trust, rotate } = governed()
    rotate({ snapshot: [makeSigner()], head: [makeSigner()] })
    publisher.publish()
    const { files } = publisher
    const parts = ['2.root', 'latest'].map((path) => files.get(path) as Uint8Array)
    const client = open({ trust, bootstrap: bytesOf(...parts), now: () => NOW })
    expect(client.value('plain', false)).toBe(true)
  })

  it.each(['root:', 'root:AAAA', 'root:?', 'rot:AAAA', 'AAAA', ''])('cannot be made of %j', async (trust) => {
    const client = open({ source, trust, fetch: async () => new Response('') })
    await expect(client.ready()).rejects.toMatchObject({ name: 'TidegateError' })
    expect(client.status).toBe('failed')
  })
})

describe('a client with a bare key', () => {
  it('is led to a root that the key signed, awake or on its first visit, and from there to the next', async () => {
    const bare = makeSigner()
    const keys = (): Keys => ({ root: [makeSigner()], snapshot: [makeSigner()], head: [makeSigner()] })
    const [first, second] = [keys(), keys()]
    const publisher = makePublisher({ flags, snapshot: [bare] })
    publisher.publish()
    const awake = visit(publisher, {})
    await awake.client.refresh()
    expect(awake.asked).toEqual(['latest', 'head'])

    const follow = ({ snapshot, head }: Keys, version: number, root: Uint8Array<ArrayBuffer>) => {
      publisher.files.set(`${version}.root`, root)
      publisher.rootVersion = version
      publisher.snapshotSigners = snapshot
      publisher.headSigners = head
      publisher.publish()
    }
    follow(first, 1, signedRoot(first, 1, [bare, ...first.root]))
    const fresh = visit(publisher, {})
    for (const { client } of [awake, fresh]) {
      await client.refresh()
      expect(client.snapshot?.version).toBe(2)
    }
    follow(second, 2, signedRoot(second, 2, [...first.root, ...second.root]))
    for (const { client, codes } of [awake, fresh, visit(publisher, {})]) {
      await client.refresh()
      expect(client.snapshot?.version).toBe(3)
      expect(codes).toEqual([])
    }
  })

  it('is reached by kills of rules that it took before the root, by the key that the root leaves them to', async () => {
    const bare = makeSigner()
    const keys: Keys = { root: [makeSigner()], snapshot: [bare], head: [makeSigner()] }
    const publisher = makePublisher({ flags, ...keys, rootVersion: 1 })
    publisher.files.set('1.root', signedRoot(keys, 1, [bare, ...keys.root]))
    publisher.publish()
    const { client } = visit(publisher, { trust: bare.trust })
    await client.refresh()
    expect(client.value('plain', false)).toBe(true)
    publisher.publishHead({ kills: ['plain'] })
    await client.refresh()
    expect(client.value('plain', true)).toBe(false)
  })

  it('takes nothing of a root whose keys were replaced since', async () => {
    const bare = makeSigner()
    const keys: Keys = { root: [makeSigner()], snapshot: [makeSigner()], head: [makeSigner()] }
    const publisher = makePublisher({ flags, ...keys, rootVersion: 1 })
    publisher.files.set('1.root', signedRoot(keys, 1, [bare, ...keys.root]))
    publisher.files.set('2.root', signedRoot({ ...keys, head: [makeSigner()] }, 2, keys.root))
    publisher.publish()
    const { client, codes } = visit(publisher, { trust: bare.trust })
    await client.refresh()
    expect(codes).toEqual(['KEY_UNKNOWN'])
    expect(client.value('plain', false)).toBe(false)
  })
})
