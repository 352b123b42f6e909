import { afterEach, describe, expect, it, vi } from 'vitest'
import { answering, hanging } from './clients.js'
import { makeSigner, pointerTo } from './frames.js'
import { makePublisher, type Publisher, serving } from './publisher.js'
import { flags } from './snapshots.js'
import { published, visit } from './visits.js'

const canadian = { country: 'CA' }

afterEach(() => void vi.useRealTimers())

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
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const publisher = published()
    publisher.publishHead({ kills: ['plain'] })
    let answer: () => void = () => {}
    const late = new Promise<Response>((resolve) => {
      answer = () => resolve(new Response(publisher.files.get('head')))
    })
    const { client } = visit(publisher, {}, { head: () => late })
    const ready = client.ready()
    await vi.advanceTimersByTimeAsync(499)
    expect(client.status).toBe('starting')
    await vi.advanceTimersByTimeAsync(1)
    await ready
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
