import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare, Response } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFrame, sharedKey } from './snapshots.js'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const frame = makeFrame({
  flags: {
    checkout: {
      variants: { classic: 'classic', 'one-page': 'one-page' },
      offVariant: 'classic',
      default: { split: { 'one-page': 50, classic: 50 } },
    },
  },
  issuedAt: Date.now() - 1_000,
})
const script = `
  import { createClient } from 'tidegate'
  import { exposures, ndjson } from 'tidegate/exposures'
  const sink = ndjson((body) => fetch('https://logs.test/exposures', { method: 'POST', body }), { onError() {} })
  const flags = createClient({
    source: 'https://flags.test/',
    trust: '${sharedKey().trust}',
    onExposure: exposures(sink, { attributes: ['country'] }),
  })
  export default {
    async fetch(request, env, ctx) {
      await flags.ready({ waitUntil: (promise) => ctx.waitUntil(promise) }).catch(() => {})
      const targetingKey = new URL(request.url).searchParams.get('visitor')
      const checkout = flags.value('checkout', 'classic', { targetingKey, country: request.cf?.country })
      ctx.waitUntil(sink.flush())
      return new Response(checkout)
    },
  }`
let contents: string
const workers: Miniflare[] = []
beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: path('.') },
    bundle: true,
    format: 'esm',
    alias: { tidegate: path('../dist/workerd.js'), 'tidegate/exposures': path('../dist/exposures.js') },
    external: ['*.wasm'],
    write: false,
  })
  contents = outputFiles[0]?.text ?? ''
})
afterAll(() => Promise.all(workers.map((worker) => worker.dispose())))

/** A Worker whose exposures go to `log`. */
function shop(log: (lines: string) => Response | Promise<Response>) {
  const worker = new Miniflare({
    modules: [
      { type: 'ESModule', path: 'worker.js', contents },
      { type: 'CompiledWasm', path: 'runtime.wasm', contents: readFileSync(path('../dist/runtime.wasm')) },
    ],
    compatibilityDate: '2026-04-01',
    async outboundService(request: { readonly url: string; text(): Promise<string> }) {
      const { hostname, pathname } = new URL(request.url)
      if (hostname === 'logs.test') return log(await request.text())
      return pathname === '/latest' ? new Response(frame) : new Response('not found', { status: 404 })
    },
  })
  workers.push(worker)
  return async (visitor: string) => {
    const url = `https://shop.test/?visitor=${visitor}`
    const response = await worker.dispatchFetch(url, { cf: { country: 'CA' } as never })
    return response.text()
  }
}

const unitsOf = (bodies: readonly string[]) =>
  bodies.flatMap((body) => body.trim().split('\n')).map((line) => JSON.parse(line) as { unit: string })

describe('exposures on Workers', () => {
  it('are sent behind the response, once each', async () => {
    const bodies: string[] = []
    const visit = shop((lines) => {
      bodies.push(lines)
      return new Response()
    })
    const variant = await visit('v-1')
    await visit('v-1')
    await visit('v-2')
    await expect.poll(() => unitsOf(bodies)).toHaveLength(2)
    expect(unitsOf(bodies)[0]).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/),
      flag: 'checkout',
      variant,
      unit: 'v-1',
      version: 1,
      attributes: { country: 'CA' },
    })
  })

  it('wait for the next request when they could not be sent', async () => {
    const bodies: string[] = []
    let asked = 0
    const visit = shop((lines) => {
      if (asked++ === 0) return new Response('', { status: 503 })
      bodies.push(lines)
      return new Response()
    })
    await visit('v-1')
    await expect.poll(() => asked).toBe(1)
    // The isolate may hear of the failure only after the next request has begun.
    await expect
      .poll(async () => {
        await visit(`v-${asked + 1}`)
        return unitsOf(bodies).map(({ unit }) => unit)
      })
      .toContain('v-1')
  })

  it('let no request wait for what another one sends', async () => {
    let asked = 0
    const visit = shop(() => {
      asked++
      return new Promise<Response>(() => {})
    })
    await visit('v-1')
    await expect.poll(() => asked).toBe(1)
    expect(await visit('v-2')).toMatch(/classic|one-page/)
    await expect.poll(() => asked).toBe(2)
  })
})
