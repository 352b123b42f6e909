import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { serverSentEvents } from '../src/delivery/sse.js'
import type { Nudged } from '../src/public.js'
import { open, settled } from './clients.js'
import { serving } from './publisher.js'
import { published, source } from './visits.js'

/** A publisher, and a client that can be nudged by hand. */
function nudgeable(options: object = {}) {
  const publisher = published()
  const served = serving(publisher.files, '/shop/')
  let told: Nudged | undefined
  let ended = 0
  const nudge = {
    listen(to: Nudged) {
      told = to
      return () => {
        ended++
      }
    },
  }
  const client = open({ source, trust: publisher.trust, fetch: served.fetch, nudge, ...options })
  return { ...served, publisher, client, told: told as unknown as Nudged, ended: () => ended }
}

describe('a nudge', () => {
  it('brings a kill at once, without a poll', async () => {
    const { publisher, client, told, asked } = nudgeable()
    await client.refresh()
    publisher.publishHead({ kills: ['plain'] })
    const changed = new Promise((resolve) => client.on('change', resolve))
    told.refresh(publisher.headVersion)
    await changed
    expect(client.value('plain', true)).toBe(false)
    expect(asked).toEqual(['latest', 'head', 'head'])
  })

  it('for a version that is known asks nobody', async () => {
    const { publisher, client, told, asked } = nudgeable()
    await client.refresh()
    told.refresh(publisher.headVersion)
    told.refresh(0)
    await settled()
    expect(asked).toEqual(['latest', 'head'])
  })

  it('that comes during an attempt is followed by another, one for all', async () => {
    const { publisher, client, told, asked } = nudgeable()
    publisher.publishHead({ kills: ['plain'] })
    for (let i = 0; i < 10; i++) told.refresh()
    await client.refresh()
    while (asked.length < 3) await settled()
    await client.refresh()
    expect(client.value('plain', true)).toBe(false)
    await settled()
    expect(asked).toEqual(['latest', 'head', 'head'])
  })

  it('brings nothing by itself: what it tells is only when to ask', async () => {
    const { client, told } = nudgeable()
    await client.refresh()
    told.refresh(2 ** 53)
    await client.refresh()
    expect(client.snapshot?.version).toBe(1)
    expect(client.value('plain', false)).toBe(true)
  })

  it('knows where the source is, and ends with the client', async () => {
    const { client, told, ended, asked } = nudgeable()
    expect(told.url).toBe(source)
    await client.refresh()
    client.close()
    client.close()
    expect(ended()).toBeGreaterThan(0)
    told.refresh()
    await settled()
    expect(asked).toEqual(['latest', 'head'])
  })

  it('is not listened to where nothing happens between requests', () => {
    const listen = vi.fn()
    const { publisher } = nudgeable()
    open({ source, trust: publisher.trust, nudge: { listen } }, { onDemand: true })
    expect(listen).not.toHaveBeenCalled()
  })

  it('of a server reaches a client without a poll', async () => {
    let say: (text: string) => void = () => {}
    let connect: () => void = () => {}
    const connected = new Promise<void>((resolve) => {
      connect = resolve
    })
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      say = (text) => void response.write(text)
      connect()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`
    const { publisher, client } = nudgeable({ nudge: serverSentEvents({ url }) })
    await client.refresh()
    await connected
    publisher.publishHead({ kills: ['plain'] })
    const changed = new Promise((resolve) => client.on('change', resolve))
    say(`event: head\ndata: ${publisher.headVersion}\n\n`)
    await changed
    expect(client.value('plain', true)).toBe(false)
    client.close()
    server.closeAllConnections()
    server.close()
  })
})

describe('polls', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('rest while there is no network, and one comes as soon as there is', async () => {
    const navigator = { onLine: true }
    const network = new EventTarget()
    vi.stubGlobal('navigator', navigator)
    vi.stubGlobal('addEventListener', network.addEventListener.bind(network))
    vi.stubGlobal('removeEventListener', network.removeEventListener.bind(network))
    const { client, asked } = nudgeable({ refresh: { interval: 1_000, jitter: 0 } })
    await client.refresh()
    navigator.onLine = false
    await vi.advanceTimersByTimeAsync(100_000)
    expect(asked.length).toBe(2)
    navigator.onLine = true
    network.dispatchEvent(new Event('online'))
    expect(asked.length).toBe(3)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(asked.length).toBe(4)
    client.close()
    navigator.onLine = false
    network.dispatchEvent(new Event('online'))
    await vi.advanceTimersByTimeAsync(100_000)
    expect(asked.length).toBe(4)
  })

  it('do not come where refresh is false, not even after a failure', async () => {
    const { client, instead, asked } = nudgeable({ refresh: false })
    instead.set('latest', () => new Response('', { status: 500 }))
    instead.set('head', () => new Response('', { status: 500 }))
    await client.refresh()
    await client.refresh()
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(asked).toEqual(['latest', 'head', 'head'])
    expect(vi.getTimerCount()).toBe(1)
    client.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})
