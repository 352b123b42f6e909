import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, chromium, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
// @ts-expect-error plain JavaScript
import { launchChromium } from '../../tests/chromium.mjs'
import { makePublisher, type Publisher } from './publisher.js'
import { byCountry } from './snapshots.js'

const types: Record<string, string> = { js: 'text/javascript', wasm: 'application/wasm', html: 'text/html' }
let server: Server
let origin: string
let browser: Browser
let publisher: Publisher
/** The source answers with errors. */
let down = false

beforeAll(async () => {
  server = createServer((request, response) => {
    const [, folder, ...path] = new URL(request.url ?? '', 'http://any').pathname.split('/')
    const name = path.join('/')
    // For frames without an origin.
    response.setHeader('access-control-allow-origin', '*')
    if (folder === 'flags') {
      const bytes = down ? undefined : publisher.files.get(name)
      return response.writeHead(bytes ? 200 : down ? 500 : 404).end(bytes)
    }
    if (folder !== 'dist')
      return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')
    const file = readFileSync(new URL(`../dist/${name}`, import.meta.url))
    return response.writeHead(200, { 'content-type': types[name.split('.').at(-1) ?? ''] }).end(file)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await (launchChromium as () => ReturnType<typeof chromium.launch>)()
})
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
})
beforeEach(() => {
  down = false
  publisher = makePublisher({
    flags: { 'by-country': byCountry, plain: { default: 'on' } },
    issuedAt: Date.now() - 1_000,
  })
  publisher.publish()
})

/** A page of the origin, and what nobody caught in it. Contexts are private windows. */
async function visit(context: BrowserContext): Promise<Page & { readonly uncaught: string[] }> {
  const page = await context.newPage()
  const uncaught: string[] = []
  page.on('pageerror', (error) => uncaught.push(String(error)))
  await page.goto(`${origin}/page`)
  return Object.assign(page, { uncaught })
}

interface Seen {
  readonly status: string
  readonly version: number | undefined
  readonly plain: boolean
  readonly codes: readonly string[]
}

/** Runs a client of `module` to the end of its first attempt. `store` is an expression. */
function ask(page: Page, store?: string): Promise<Seen> {
  return page.evaluate(ASK(publisher.trust, store)) as Promise<Seen>
}

const ASK = (trust: string, store?: string) => `(async () => {
  const { createClient } = await import('${origin}/dist/browser.js')
  const stores = await import('${origin}/dist/stores.js')
  const client = createClient({
    source: '${origin}/flags/',
    scope: 'shop/production/server',
    trust: '${trust}',
    refresh: false,
    ${store ? `store: ${store},` : ''}
  })
  const codes = []
  client.on('error', ({ code }) => codes.push(code))
  await client.refresh()
  const plain = client.value('plain', true)
  return { status: client.status, version: client.snapshot?.version, plain, codes }
})()`

describe.each([
  ['the default store', undefined],
  ['IndexedDB', 'stores.indexedDbStore()'],
  ['the Cache API', `stores.cacheStore('mine')`],
  ['localStorage', 'stores.localStorageStore()'],
])('in Chromium, %s', (_, store) => {
  it('starts the next page while the source is away, kills included, in a private window', async () => {
    const context = await browser.newContext()
    publisher.publishHead({ kills: ['plain'] })
    const first = await visit(context)
    expect(await ask(first, store)).toEqual({ status: 'ready', version: 1, plain: false, codes: [] })
    await first.close()
    down = true
    const second = await visit(context)
    const seen = { status: 'ready', version: 1, plain: false, codes: ['FETCH_FAILED'] }
    expect(await ask(second, store)).toEqual(seen)
    expect(second.uncaught).toEqual([])
    await context.close()
    const elsewhere = await browser.newContext()
    expect((await ask(await visit(elsewhere), store)).status).toBe('failed')
    await elsewhere.close()
  })

  it('is not rolled back by a second tab that is behind', async () => {
    const context = await browser.newContext()
    const old = new Map(publisher.files)
    const [behind, ahead] = [await visit(context), await visit(context)]
    publisher.publish({ flags: { plain: { default: 'off' } } })
    await ask(ahead, store)
    publisher.files.clear()
    for (const [path, bytes] of old) publisher.files.set(path, bytes)
    const seen = { status: 'ready', version: 2, plain: false, codes: ['HEAD_ROLLBACK'] }
    expect(await ask(behind, store)).toEqual(seen)
    down = true
    expect((await ask(await visit(context), store)).version).toBe(2)
    await context.close()
  })

  it('without room leaves memory, and tells', async () => {
    const context = await browser.newContext()
    const page = await visit(context)
    await page.evaluate(`localStorage.setItem('filler', 'x'.repeat(5 * 1024 * 1024 - 10))`)
    const session = await context.newCDPSession(page)
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 })
    const seen = { status: 'ready', version: 1, plain: true, codes: ['STORE_FAILED'] }
    expect(await ask(page, store)).toEqual(seen)
    expect(page.uncaught).toEqual([])
    await context.close()
  })

  it('in a frame without an origin leaves memory, and tells', async () => {
    const context = await browser.newContext()
    const page = await visit(context)
    const inner = `<script>${ASK(publisher.trust, store).replace('(async', 'result = (async')}
      result.then((seen) => parent.postMessage(seen, '*'), (error) => parent.postMessage(String(error), '*'))</script>`
    const seen = await page.evaluate(
      (html) =>
        new Promise((resolve) => {
          addEventListener('message', ({ data }) => resolve(data))
          const frame = document.createElement('iframe')
          frame.sandbox.add('allow-scripts')
          frame.srcdoc = html
          document.body.append(frame)
        }),
      inner,
    )
    expect(seen).toMatchObject({ status: 'ready', version: 1, plain: true })
    expect(new Set((seen as Seen).codes)).toEqual(new Set(['STORE_FAILED']))
    expect(page.uncaught).toEqual([])
    await context.close()
  })
})

it.each([
  ['the default store', undefined],
  ['IndexedDB', 'stores.indexedDbStore()'],
])('in a worker of Chromium, %s starts the next one', async (_, store) => {
  const context = await browser.newContext()
  const page = await visit(context)
  const run = () =>
    page.evaluate(
      (code) =>
        new Promise((resolve, reject) => {
          const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
          const worker = new Worker(url, { type: 'module' })
          worker.onmessage = ({ data }) => resolve(data)
          worker.onerror = ({ message }) => reject(new Error(message))
        }),
      `postMessage(await ${ASK(publisher.trust, store)})`,
    )
  expect(await run()).toEqual({ status: 'ready', version: 1, plain: true, codes: [] })
  down = true
  expect(await run()).toEqual({ status: 'ready', version: 1, plain: true, codes: ['FETCH_FAILED'] })
  await context.close()
})
