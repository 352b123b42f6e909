import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bytesOf, encodeHead, makeSigner, pointerTo, seal } from './frames.js'
import { makePublisher, type Publisher } from './publisher.js'
import { flags, NOW } from './snapshots.js'
import { published, visit } from './visits.js'

const day = 86_400_000

describe('what a source answers', () => {
  it('is not fetched from elsewhere, whatever a head says', async () => {
    const publisher = published()
    const { client, asked, codes } = visit(publisher)
    await client.ready()
    const frame = publisher.publish({ flags: { plain: { default: 'on' } } })
    publisher.publishHead({ snapshot: { ...pointerTo(frame), url: 'https://elsewhere.test/snapshot' } })
    await client.refresh()
    expect(codes).toEqual(['FETCH_FAILED'])
    expect(asked).toEqual(['latest', 'head', 'head'])
    expect(client.snapshot?.version).toBe(1)
    expect(client.status).toBe('ready')
  })

  it('is read no further than the head says that it is long, nor heads beyond 64 KiB', async () => {
    const publisher = published()
    const { client, instead, codes } = visit(publisher)
    await client.ready()
    const frame = publisher.publish({ flags: { plain: { default: 'on' } } })
    instead.set(pointerTo(frame).url, () => new Response(bytesOf(frame, [0])))
    await client.refresh()
    instead.set('head', () => new Response(new Uint8Array(65_537)))
    await client.refresh()
    expect(codes).toEqual(['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED'])
  })

  it('counts as far as it holds: a head is in force though the snapshot behind it is damaged', async () => {
    const publisher = published()
    const { client, codes } = visit(publisher, { source: 'https://flags.test/shop/latest' })
    await client.ready()
    publisher.publish({ head: { kills: ['plain'] } })
    const latest = (publisher.files.get('latest') as Uint8Array<ArrayBuffer>).slice()
    latest[latest.length - 1] = 255 ^ (latest.at(-1) as number)
    publisher.files.set('latest', latest)
    await client.refresh()
    expect(codes).toEqual(['SIGNATURE_INVALID'])
    expect(client.snapshot?.version).toBe(1)
    expect(client.value('plain', true)).toBe(false)
  })

  it.each<[string, (publisher: Publisher, old: Map<string, Uint8Array<ArrayBuffer>>) => void, string]>([
    ['an older head', ({ files }, old) => void files.set('head', old.get('head') as never), 'HEAD_ROLLBACK'],
    [
      'another head of the same version',
      (publisher) => {
        publisher.headVersion--
        publisher.publishHead({ issuedAt: NOW - 1 })
      },
      'HEAD_CONFLICT',
    ],
    [
      'an older snapshot under a new head',
      (publisher, old) => publisher.publishHead({ snapshot: pointerTo(fileOf(old)) }),
      'SNAPSHOT_ROLLBACK',
    ],
    [
      'a head by another key',
      (publisher) => {
        publisher.headSigners = [makeSigner()]
        publisher.publishHead({ kills: ['plain'] })
      },
      'KEY_UNKNOWN',
    ],
    [
      'a head that lasts too long',
      (publisher) => publisher.publishHead({ expires: NOW + 400 * day }),
      'HEAD_MALFORMED',
    ],
    [
      'a head whose version ran ahead',
      (publisher) => publisher.publishHead({ version: 2n ** 64n - 1n }),
      'HEAD_MALFORMED',
    ],
    [
      'a head of another scope',
      (publisher) => publisher.publishHead({ scope: 'shop/staging/server' }),
      'SCOPE_MISMATCH',
    ],
  ])('may be %s, and is refused', async (_, forge, code) => {
    const publisher = published()
    const old = new Map(publisher.files)
    publisher.publish({ flags: { ...flags, added: { default: 'on' } } })
    const { client, codes } = visit(publisher)
    await client.ready()
    forge(publisher, old)
    expect(await client.refresh()).toBe(false)
    expect(codes).toEqual([code])
    expect(client.snapshot?.version).toBe(2)
    expect(client.value('plain', false)).toBe(true)
    expect(client.status).toBe('ready')
  })

  function fileOf(files: Map<string, Uint8Array<ArrayBuffer>>): Uint8Array {
    return [...files].find(([path]) => path.startsWith('snapshot/'))?.[1] as Uint8Array
  }
})

describe('the end of a head', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }))
  afterEach(() => void vi.useRealTimers())

  it('makes what is in force stale, until a newer head comes', async () => {
    const publisher = published()
    const { client, statuses } = visit(publisher, { now: () => Date.now() })
    await client.ready()
    expect(client.snapshot?.expires).toBe(NOW + day)
    await vi.advanceTimersByTimeAsync(day)
    expect(client.status).toBe('stale')
    expect(client.details('plain', false)).toMatchObject({ value: true, flagMetadata: { stale: true } })
    publisher.publishHead({ issuedAt: NOW + day, expires: NOW + 2 * day })
    await client.refresh()
    expect(client.details('plain', false).flagMetadata).not.toHaveProperty('stale')
    expect(client.snapshot).toMatchObject({ version: 1, expires: NOW + 2 * day })
    expect(statuses).toEqual(['ready', 'stale', 'ready'])
  })

  it('does not keep its kills back: an expired head that is newer counts', async () => {
    const publisher = published()
    const { client, statuses } = visit(publisher, { now: () => Date.now() })
    await client.ready()
    publisher.publishHead({ kills: ['plain'], issuedAt: NOW - 2 * day, expires: NOW - day })
    await client.refresh()
    expect(client.value('plain', true)).toBe(false)
    expect(statuses).toEqual(['ready', 'stale'])
  })
})

it('the encoder of the tests writes what the engine reads, to the last field', async () => {
  const signer = makeSigner()
  const publisher = makePublisher({ flags, head: [signer] })
  const snapshot = publisher.publish()
  const fields = {
    scope: 'shop/production/server',
    version: 2n ** 53n - 1n,
    issuedAt: NOW,
    expires: NOW + day,
    snapshot: pointerTo(snapshot),
    kills: ['plain', 'ü', ''],
  }
  const later = bytesOf(encodeHead(fields), new TextEncoder().encode('a later field'))
  publisher.files.set('head', seal('head', later, signer))
  const { client, codes } = visit(publisher)
  await client.ready()
  expect(client.value('plain', true)).toBe(false)
  expect(codes).toEqual([])
})
