import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'

/** A Worker that bundles the package as wrangler would: the `workerd` condition, and wasm by static import only. */
export async function openWorkerd({ folder, index }) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./worker.js', import.meta.url))],
    alias: { packed: join(folder, 'entry.mjs') },
    conditions: ['workerd'],
    external: ['*.wasm'],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  const wasm = join(folder, 'node_modules/tidegate/dist/runtime.wasm')
  const miniflare = new Miniflare({
    compatibilityDate: '2026-04-01',
    modules: [
      { type: 'ESModule', path: 'worker.js', contents: outputFiles[0].text },
      { type: 'CompiledWasm', path: 'runtime.wasm', contents: readFileSync(wasm) },
    ],
  })
  const ask = async (path, body) => {
    const response = await miniflare.dispatchFetch(`http://worker.example${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`workerd: ${await response.text()}`)
    return response.json()
  }
  const { million, trust } = index
  return {
    examine: () => ask('/examine', { ...index, million: undefined }),
    digest: (from, to) =>
      ask('/digest', { million: { ...million, chunks: undefined }, trust: trust.trusted, from, to }),
    close: () => miniflare.dispose(),
  }
}
