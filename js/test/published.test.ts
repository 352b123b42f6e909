import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { answering, hanging, open } from './clients.js'
import { bytesOf, encodeHead, makeSigner, pointerTo, seal } from './frames.js'
import { makePublisher, type Publisher, serving } from './publisher.js'
import { byCountry, NOW } from './snapshots.js'

const source = 'https://flags.test/shop/'
const flags = { 'by-country': byCountry, plain: { default: 'on' } }
const canadian = { country: 'CA' }
const day = 86_400_000

type Answer = () => Response | Promise<Response>

/** What was published, and a client of it with what it tells. */
function visit(publisher: Publisher, options: object = {}, instead: Record<string, Answer> = {}) {
  const served = serving(publisher.files, '/shop/')
  for (const [path, answer] of Object.entries(instead)) served.instead.set(path, answer)
  const client = open({ source, trust: publisher.trust, fetch: served.fetch, ...options })
  const codes: string[] = []
  const changes: string[][] = []
  const statuses: string[] = []
  client.on('error', ({ code }) => codes.push(code))
  client.on('change', (keys) => changes.push([...keys].sort()))
  client.on('status', (status) => statuses.push(status))
  return { ...served, client, codes, changes, statuses }
}

/** One who has published once. */
function published(): Publisher {
  const publisher = makePublisher({ flags })
  publisher.publish()
  return publisher
}

describe('a first visit', () => {
  it('takes latest and head at once, and is ready after one round trip', async () => {
    const { client, asked, codes } = visit(published())
    expect(asked).toEqual(['latest', 'head'])
    await client.ready()
    expect(client.value('by-country', false, canadian)).toBe(true)
    await client.refresh()
    expect(asked).toEqual(['latest', 'head', 'head'])
    expect(codes).toEqual([])
  })

  it('knows kills that latest does not know yet, as soon as it is ready', async () => {
    const publisher = published()
    publisher.publishHead({ kills: ['plain'] })
    const { client, codes } = visit(publisher)
    await client.ready()
    expect(client.details('plain', true)).toMatchObject({ value: false, flagMetadata: { exit: 'killed' } })
    expect(client.value('by-country', false, canadian)).toBe(true)
    expect(codes).toEqual([])
  })

  it('is not held up for more than half a second by a slow head, whose kills come later', async () => {
    const publisher = published()
    publisher.publishHead({ kills: ['plain'] })
    let answer: () => void = () => {}
    const late = new Promise<Response>((resolve) => {
      answer = () => resolve(new Response(publisher.files.get('head')))
    })
    const { client } = visit(publisher, {}, { head: () => late })
    const began = performance.now()
    await client.ready()
    expect(performance.now() - began).toBeGreaterThan(400)
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(client.value('plain', false)).toBe(true)
    const changed = new Promise((resolve) => client.on('change', resolve))
    answer()
    expect(await changed).toEqual(['plain'])
    expect(client.value('plain', true)).toBe(false)
  })

  it.each([
    ['head', 500],
    ['latest', 404],
  ])('makes do without %s, as far as that goes', async (path, status) => {
    const publisher = published()
    const bootstrap = publisher.files.get('latest')
    publisher.publish({ flags: { ...flags, added: { default: 'on' } } })
    const answer = () => new Response('', { status })
    const { client, codes } = visit(publisher, { bootstrap }, { [path]: answer })
    await client.refresh()
    expect(client.value('added', false)).toBe(true)
    expect(codes).toEqual(path === 'head' ? ['FETCH_FAILED'] : [])
    expect(client.status).toBe('ready')
  })

  it('between the uploads of a publication takes what is newer, latest or head', async () => {
    const publisher = published()
    const old = publisher.files.get('head') as Uint8Array<ArrayBuffer>
    publisher.publish({ flags: { ...flags, added: { default: 'on' } } })
    const fresh = publisher.files.get('head') as Uint8Array<ArrayBuffer>
    publisher.files.set('head', old)
    const { client, codes } = visit(publisher)
    await client.refresh()
    expect(client.value('added', false)).toBe(true)
    publisher.files.set('head', fresh)
    await client.refresh()
    expect(client.snapshot?.version).toBe(2)
    expect(codes).toEqual([])
  })

  it('fetches the snapshot that a newer head points to', async () => {
    const publisher = published()
    const old = publisher.files.get('latest') as Uint8Array<ArrayBuffer>
    publisher.publish({ flags: { ...flags, added: { default: 'on' } } })
    publisher.files.set('latest', old)
    const { client, asked, codes } = visit(publisher)
    await client.refresh()
    expect(client.value('added', false)).toBe(true)
    expect(client.snapshot?.version).toBe(2)
    expect(asked).toEqual(['latest', 'head', expect.stringMatching(/^snapshot\/[0-9a-f]{128}$/)])
    expect(codes).toEqual([])
  })
})

function latestOf(publisher: Publisher): Response {
  return new Response(publisher.files.get('latest'))
}

describe('a poll', () => {
  it('asks for head alone, by its ETag, as long as nothing is new', async () => {
    const publisher = published()
    const { fetch } = serving(publisher.files, '/shop/')
    const statuses: number[] = []
    const { client } = visit(publisher, {
      fetch: async (url: string, init: RequestInit) => {
        const response = await fetch(url, init)
        statuses.push(response.status)
        return response
      },
    })
    await client.ready()
    expect(await client.refresh()).toBe(false)
    expect(await client.refresh()).toBe(false)
    expect(statuses).toEqual([200, 200, 304, 304])
  })

  it('brings kills and later lifts them, without another snapshot, and tells which flags changed', async () => {
    const publisher = published()
    const { client, asked, changes } = visit(publisher)
    const user = client.bind(canadian)
    await client.ready()
    expect(user.value('by-country', false)).toBe(true)
    publisher.publishHead({ kills: ['by-country', 'no-such-flag'] })
    expect(await client.refresh()).toBe(true)
    expect(user.value('by-country', true)).toBe(false)
    expect(client.all(canadian)).toEqual({ 'by-country': false, plain: true })
    expect(asked).toEqual(['latest', 'head', 'head'])
    publisher.publish()
    await client.refresh()
    expect(user.value('by-country', false)).toBe(true)
    expect(changes).toEqual([['by-country', 'plain'], ['by-country'], ['by-country']])
  })

  it('does not forget a kill that a later head leaves out', async () => {
    const publisher = published()
    const { client, codes } = visit(publisher)
    await client.ready()
    publisher.publishHead({ kills: ['plain'] })
    await client.refresh()
    publisher.publishHead({ kills: [] })
    await client.refresh()
    expect(client.value('plain', true)).toBe(false)
    expect(codes).toEqual([])
  })

  it('fetches a new snapshot by its digest, and again at the next poll when that failed', async () => {
    const publisher = published()
    const { client, asked, instead, codes } = visit(publisher)
    await client.ready()
    const { url } = pointerTo(publisher.publish({ flags: { plain: { default: 'on' } } }))
    instead.set(url, () => new Response('', { status: 500 }))
    expect(await client.refresh()).toBe(true)
    expect(client.snapshot?.version).toBe(1)
    instead.delete(url)
    await client.refresh()
    expect(client.snapshot?.version).toBe(2)
    expect(asked).toEqual(['latest', 'head', 'head', url, 'head', url])
    expect(codes).toEqual(['FETCH_FAILED'])
  })

  it('goes back to latest where a new snapshot names other keys for heads', async () => {
    const publisher = published()
    const { client, codes } = visit(publisher)
    await client.ready()
    publisher.headSigners = [makeSigner()]
    publisher.publish({ flags: { plain: { default: 'on' } } })
    publisher.publishHead({ kills: ['plain'] })
    await client.refresh()
    expect(client.snapshot?.version).toBe(2)
    expect(client.value('plain', true)).toBe(false)
    expect(codes).toEqual([])
  })

  it('finds its way when head is gone for a while', async () => {
    const publisher = published()
    const { client, instead, codes, asked } = visit(publisher)
    await client.ready()
    instead.set('head', () => new Response('', { status: 404 }))
    instead.set('latest', () => new Response('', { status: 404 }))
    await client.refresh()
    await client.refresh()
    instead.clear()
    publisher.publish()
    await client.refresh()
    expect(client.snapshot?.version).toBe(2)
    expect(codes).toEqual(['FETCH_FAILED', 'FETCH_FAILED'])
    await client.refresh()
    expect(asked.slice(-3)).toEqual(['latest', 'head', 'head'])
  })
})

describe('a source without heads', () => {
  it('is asked for latest alone from the second time on, and followed when heads appear', async () => {
    const publisher = makePublisher({ flags })
    publisher.files.set('latest', publisher.publish({ header: { headKeys: [] } }))
    publisher.files.delete('head')
    const { client, asked, codes } = visit(publisher)
    await client.ready()
    await client.refresh()
    expect(asked).toEqual(['latest', 'head', 'latest'])
    publisher.publish()
    await client.refresh()
    expect(client.snapshot?.version).toBe(2)
    await client.refresh()
    await client.refresh()
    expect(asked.slice(3)).toEqual(['latest', 'latest', 'head', 'head'])
    expect(codes).toEqual([])
  })

  it('may be one file, with a head in it or not', async () => {
    const publisher = published()
    const { fetch, requests } = answering(
      () => latestOf(publisher),
      () => latestOf(publisher),
    )
    const { client, codes } = visit(publisher, { source: 'https://flags.test/shop.tgf', fetch })
    await client.ready()
    publisher.publish()
    await client.refresh()
    expect(client.snapshot?.version).toBe(2)
    expect(requests.map(({ url }) => url)).toEqual(Array(2).fill('https://flags.test/shop.tgf'))
    expect(codes).toEqual([])
  })
})

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

describe('closing', () => {
  it('ends all requests of an attempt at once, and what comes later changes nothing', async () => {
    const signals: AbortSignal[] = []
    const publisher = published()
    const { client, codes } = visit(publisher, {
      fetch: (url: string, init: RequestInit) => {
        signals.push(init.signal as AbortSignal)
        return hanging(url, init)
      },
    })
    const ready = client.ready()
    client.close()
    await expect(ready).rejects.toMatchObject({ code: 'CLOSED' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
    expect(codes).toEqual([])
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
