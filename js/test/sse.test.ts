import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ServerSentEventsOptions, serverSentEvents } from '../src/delivery/sse.js'

/** A server of events: what it is told to say goes to all who listen. */
async function serve(status = 200, type = 'text/event-stream') {
  const listening = new Set<ServerResponse>()
  let asked = 0
  const server = createServer((request, response) => {
    asked++
    response.writeHead(status, { 'content-type': type })
    response.flushHeaders()
    if (status !== 200) return void response.end()
    listening.add(response)
    request.on('close', () => listening.delete(response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    listening,
    asked: () => asked,
    say: (text: string) => {
      for (const response of listening) response.write(text)
    },
    cut: () => {
      for (const response of listening) response.destroy()
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

let server: Awaited<ReturnType<typeof serve>>
let stop: (() => void) | undefined
const told: (number | undefined)[] = []

beforeEach(async () => {
  server = await serve()
  told.length = 0
})
afterEach(() => {
  stop?.()
  server.close()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

function listen(options: ServerSentEventsOptions = {}, url = server.url): void {
  stop = serverSentEvents(options).listen({ url, refresh: (version) => void told.push(version) })
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5_000
  while (!condition()) {
    if (Date.now() > end) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('server-sent events', () => {
  it('tell the version of each head, however the text is cut', async () => {
    listen()
    await until(() => server.listening.size === 1)
    server.say(': hello\n\nevent: head\ndata: 7\n\n')
    await until(() => told.length === 1)
    server.say('event:he')
    await new Promise((resolve) => setTimeout(resolve, 20))
    server.say('ad\r\ndata:8\r')
    await new Promise((resolve) => setTimeout(resolve, 20))
    server.say('\n\r\nevent: other\ndata: 9\n\nevent: head\nid: 3\ndata: 10\n\n')
    await until(() => told.length === 3)
    expect(told).toEqual([7, 8, 10])
  })

  it('end with the client', async () => {
    listen()
    await until(() => server.listening.size === 1)
    stop?.()
    await until(() => server.listening.size === 0)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(server.asked()).toBe(1)
  })

  it('come again after the connection was lost, when the server said', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    listen()
    await until(() => server.listening.size === 1)
    server.say('retry: 200\nevent: head\ndata: 7\n\n')
    await until(() => told.length === 1)
    const timers = vi.spyOn(globalThis, 'setTimeout')
    server.cut()
    await until(() => server.asked() === 2)
    expect(timers.mock.calls.map(([, delay]) => delay)).toContain(200)
  })

  it('come again after silence that is too long, and comments break the silence', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(-1)
    listen({ idle: 100 })
    await until(() => server.listening.size === 1)
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      server.say(': still here\n\n')
    }
    expect(server.asked()).toBe(1)
    await until(() => server.asked() === 2)
  })

  it.each<[string, number, string]>([
    ['an error', 503, 'text/event-stream'],
    ['no such thing', 404, 'text/plain'],
    ['a page of HTML', 200, 'text/html'],
  ])('that are %s are asked for again ever more seldom, and harm nobody', async (_, status, type) => {
    server.close()
    server = await serve(status, type)
    vi.spyOn(Math, 'random').mockReturnValue(-0.98)
    listen()
    // Waits of 10, 20, 40, 80, 160 milliseconds, as the random part stands now.
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(server.asked()).toBeGreaterThan(2)
    expect(server.asked()).toBeLessThan(7)
    expect(told).toEqual([])
  })

  it('without an end to a line end the connection', async () => {
    listen()
    await until(() => server.listening.size === 1)
    server.say('x'.repeat(100_000))
    await until(() => server.listening.size === 0)
  })

  it('are not listened to while the page is hidden', async () => {
    const page = Object.assign(new EventTarget(), { hidden: true })
    vi.stubGlobal('document', page)
    listen()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(server.asked()).toBe(0)
    page.hidden = false
    page.dispatchEvent(new Event('visibilitychange'))
    await until(() => server.listening.size === 1)
    page.hidden = true
    page.dispatchEvent(new Event('visibilitychange'))
    await until(() => server.listening.size === 0)
    page.hidden = false
    page.dispatchEvent(new Event('visibilitychange'))
    await until(() => server.listening.size === 1)
  })

  it('need a URL, of the source or of their own', async () => {
    expect(() => serverSentEvents().listen({ url: undefined, refresh() {} })).toThrow('needs one')
    stop = serverSentEvents({ url: `${server.url}elsewhere` }).listen({ url: undefined, refresh() {} })
    await until(() => server.listening.size === 1)
  })
})
