import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare, Response } from 'miniflare'
import { afterAll, describe, expect, it } from 'vitest'
import { makeFrame, sharedKey } from './snapshots.js'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const frame = makeFrame({
  flags: {
    checkout: {
      variants: { classic: 'classic', 'one-page': 'one-page' },
      offVariant: 'classic',
      default: 'classic',
      rules: [
        { if: { attribute: 'country', in: ['CA'] }, serve: { split: { 'one-page': 50, classic: 50 } } },
      ],
    },
    banner: { variants: { sale: 'Sale!', none: '' }, offVariant: 'none', default: 'sale' },
  },
  issuedAt: Date.now() - 1_000,
})

interface Site {
  readonly worker: Miniflare
  /** How often `latest` was asked for; there is nothing else. */
  asked: number
  visit(
    visitor: string,
    country?: string,
  ): Promise<{ readonly status: number; readonly html: string; readonly cookie: string | null }>
}

const workers: Miniflare[] = []
afterAll(() => Promise.all(workers.map((worker) => worker.dispose())))

/** The example in workerd, with a page behind it and flags that `answer` sends. */
async function site(answer: (asked: number) => Promise<Response> | Response): Promise<Site> {
  const { outputFiles } = await build({
    entryPoints: [path('../examples/worker/worker.js')],
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    alias: { tidegate: path('../dist/workerd.js') },
    external: ['*.wasm'],
    write: false,
  })
  const worker = new Miniflare({
    modules: [
      { type: 'ESModule', path: 'worker.js', contents: outputFiles[0]?.text ?? '' },
      { type: 'CompiledWasm', path: 'runtime.wasm', contents: readFileSync(path('../dist/runtime.wasm')) },
    ],
    compatibilityDate: '2026-04-01',
    bindings: {
      FLAGS_SOURCE: 'https://flags.test/',
      FLAGS_SCOPE: 'shop/production/server',
      FLAGS_TRUST: sharedKey().trust,
    },
    outboundService(request: { readonly url: string }) {
      const { hostname, pathname } = new URL(request.url)
      if (hostname !== 'flags.test') {
        return new Response('<main>Shop</main><p id="banner"></p>', {
          headers: { 'content-type': 'text/html' },
        })
      }
      if (pathname !== '/latest') return new Response('not found', { status: 404 })
      site.asked += 1
      return answer(site.asked)
    },
  })
  workers.push(worker)
  const site: Site = {
    worker,
    asked: 0,
    async visit(visitor, country = 'CA') {
      const headers: Record<string, string> = visitor ? { cookie: `theme=dark; visitor=${visitor}` } : {}
      const response = await worker.dispatchFetch('https://shop.test/cart', {
        headers,
        cf: { country } as never,
      })
      return {
        status: response.status,
        html: await response.text(),
        cookie: response.headers.get('set-cookie'),
      }
    },
  }
  return site
}

describe('the example worker', () => {
  it('decides by cookie and country, and rewrites the page', async () => {
    const { visit } = await site(() => new Response(frame))
    const seen = new Set<string>()
    for (let i = 0; i < 20; i++) {
      const { html } = await visit(`visitor-${i}`)
      expect(html).toMatch(/^<main data-checkout="(classic|one-page)">Shop<\/main><p id="banner">Sale!<\/p>$/)
      expect((await visit(`visitor-${i}`)).html).toBe(html)
      seen.add(html)
      expect((await visit(`visitor-${i}`, 'DE')).html).toContain('data-checkout="classic"')
    }
    expect(seen.size).toBe(2)
    expect((await visit('known')).cookie).toBeNull()
    expect((await visit('')).cookie).toMatch(/^visitor=[\w-]{36};/)
  })

  it('fetches the flags for each request until there are some, then no more', async () => {
    const shop = await site(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return new Response(frame)
    })
    const visits = await Promise.all([shop.visit('a'), shop.visit('b'), shop.visit('c')])
    for (const { html } of visits) expect(html).toContain('Sale!')
    expect(shop.asked).toBe(3)
    expect((await shop.visit('d')).html).toContain('Sale!')
    expect(shop.asked).toBe(3)
  })

  it('lets no request wait for what another one began', async () => {
    const shop = await site((asked) => (asked === 1 ? new Promise<Response>(() => {}) : new Response(frame)))
    const first = shop.visit('a')
    while (shop.asked === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const began = performance.now()
    expect((await shop.visit('b')).html).toContain('Sale!')
    expect(performance.now() - began).toBeLessThan(900)
    // The second request's snapshot is data, which the first one may use once it stops waiting.
    expect((await first).status).toBe(200)
  })

  it('serves defaults when there are no flags', async () => {
    const { visit } = await site(() => new Response('gone', { status: 500 }))
    expect((await visit('a')).html).toBe('<main data-checkout="classic">Shop</main>')
  })
})
