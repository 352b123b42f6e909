import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KvNamespace } from '../src/kv.js'
import { makePublisher, type Publisher } from './publisher.js'
import { byCountry } from './snapshots.js'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tidegate-workers-'))
const workers: Miniflare[] = []
let script: string

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [path('../examples/worker/kv.js')],
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    alias: { tidegate: path('../dist/workerd.js'), 'tidegate/stores': path('../dist/stores.js') },
    external: ['*.wasm'],
    write: false,
  })
  script = outputFiles[0]?.text ?? ''
})
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.dispose()))
  rmSync(folder, { recursive: true })
})

/** The example in an isolate of its own, with the caches of its data centre and a namespace of its own. */
async function isolate(publisher: Publisher, dataCentre: string, interval = 60_000) {
  const worker = new Miniflare({
    modules: [
      { type: 'ESModule', path: 'worker.js', contents: script },
      { type: 'CompiledWasm', path: 'runtime.wasm', contents: readFileSync(path('../dist/runtime.wasm')) },
    ],
    compatibilityDate: '2026-04-01',
    kvNamespaces: ['FLAGS'],
    cachePersist: join(folder, dataCentre),
    bindings: {
      FLAGS_SCOPE: 'shop/production/server',
      FLAGS_TRUST: publisher.trust,
      FLAGS_INTERVAL: interval,
    },
  })
  workers.push(worker)
  const namespace = (await worker.getKVNamespace('FLAGS')) as unknown as KvNamespace
  return {
    async publish(files = publisher.files) {
      for (const [name, bytes] of files) await namespace.put(`production/server/${name}`, bytes.buffer)
    },
    async visit() {
      const response = await worker.dispatchFetch('https://shop.test/?visitor=u-1', {
        cf: { country: 'CA' } as never,
      })
      return (await response.json()) as { status: string; version?: number; flags: { plain?: boolean } }
    },
    /** The isolate is gone; what the data centre caches stays. */
    dispose: () => worker.dispose(),
  }
}

function published(): Publisher {
  // The clock of a worker is that of this machine.
  const issuedAt = Date.now() - 1_000
  const publisher = makePublisher({ flags: { 'by-country': byCountry, plain: { default: 'on' } }, issuedAt })
  publisher.publish()
  return publisher
}

describe('the example worker with KV and the Cache API', () => {
  it('decides by rules in KV, and follows them without being deployed again', async () => {
    const publisher = published()
    const { publish, visit } = await isolate(publisher, 'first', 50)
    await publish()
    expect(await visit()).toEqual({
      status: 'ready',
      version: 1,
      flags: { 'by-country': true, plain: true },
    })
    publisher.publishHead({ kills: ['plain'] })
    await publish()
    // A visit is answered by what is there; what it found out meanwhile is for the next.
    await until(async () => (await visit()).flags.plain === false)
    publisher.publish({ flags: { 'by-country': byCountry } })
    await publish()
    await until(async () => (await visit()).version === 2)
    expect((await visit()).flags).toEqual({ 'by-country': true })
  })

  it('starts from what another isolate kept, though KV has nothing any more', async () => {
    const publisher = published()
    publisher.publishHead({ kills: ['plain'] })
    const first = await isolate(publisher, 'second')
    await first.publish()
    await first.visit()
    // Keeping goes on behind the response.
    await new Promise((resolve) => setTimeout(resolve, 200))
    const second = await isolate(publisher, 'second')
    expect(await second.visit()).toEqual({
      status: 'ready',
      version: 1,
      flags: { 'by-country': true, plain: false },
    })
    const elsewhere = await isolate(publisher, 'third')
    expect(await elsewhere.visit()).toEqual({ status: 'failed', flags: {} })
  })

  it('never goes back behind what its data centre has seen', async () => {
    const publisher = published()
    const old = new Map(publisher.files)
    publisher.publish({ flags: { 'by-country': byCountry } })
    const first = await isolate(publisher, 'fourth')
    await first.publish()
    await first.visit()
    await new Promise((resolve) => setTimeout(resolve, 200))
    const second = await isolate(publisher, 'fourth')
    await second.publish(old)
    expect((await second.visit()).version).toBe(2)
  })
})

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}
