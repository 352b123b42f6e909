import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { folder } from './install.js'
import { median } from './processes.js'
import { FLAG, makeUser } from './ruleset.js'

/**
 * Measures a Worker that answers with a flag against one that answers with a constant, from outside: a Worker's own clock only
 * moves on when it waits for input or output.
 *
 * Each sample is a new workerd. `startMs` ends when it takes requests, so that it has the script and the wasm; the first request then
 * makes the client, verifies and loads the snapshot, and decides.
 */
export async function measureWorker(prepared, { workers }, say) {
  const scripts = { empty: emptyWorker(), tidegate: await bundleWorker(prepared.get('tidegate-fresh')) }
  const found = { empty: [], tidegate: [] }
  for (let sample = 0; sample <= workers; sample++) {
    say(`workerd, ${sample} of ${workers}`)
    for (const [name, modules] of Object.entries(scripts)) {
      const times = await visit(modules)
      // The first one of each reads workerd from the disk.
      if (sample > 0) found[name].push(times)
    }
  }
  const summarise = (samples) => ({
    startMs: median(samples.map(({ startMs }) => startMs)),
    firstMs: median(samples.map(({ firstMs }) => firstMs)),
    tenthMs: median(samples.map(({ tenthMs }) => tenthMs)),
    samples,
  })
  return { empty: summarise(found.empty), tidegate: summarise(found.tidegate) }
}

async function visit(modules) {
  const begun = performance.now()
  const miniflare = new Miniflare({ compatibilityDate: '2026-04-01', modules })
  try {
    await miniflare.ready
    const startMs = performance.now() - begun
    const times = []
    for (let number = 0; number < 10; number++) {
      const asked = performance.now()
      const response = await miniflare.dispatchFetch('http://worker.example/')
      const text = await response.text()
      times.push(performance.now() - asked)
      if (!['true', 'false'].includes(text)) throw new Error(`the Worker answers ${text}`)
    }
    return { startMs, firstMs: times[0], tenthMs: times[9] }
  } finally {
    await miniflare.dispose()
  }
}

function emptyWorker() {
  const contents = `export default { fetch: () => new Response('false') }`
  return [{ type: 'ESModule', path: 'worker.js', contents }]
}

async function bundleWorker({ payload, options: { trust, scope } }) {
  const options = { bootstrap: readFileSync(payload).toString('base64'), trust, scope }
  const user = makeUser()
  const contents = `
    import { createClient } from 'tidegate'
    const flags = createClient(${JSON.stringify(options)})
    export default {
      async fetch() {
        await flags.ready()
        return new Response(String(flags.value(${JSON.stringify(FLAG)}, false, ${JSON.stringify(user)})))
      },
    }`
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    conditions: ['workerd'],
    external: ['*.wasm'],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  const wasm = join(folder, 'node_modules', 'tidegate', 'dist', 'runtime.wasm')
  return [
    { type: 'ESModule', path: 'worker.js', contents: outputFiles[0].text },
    { type: 'CompiledWasm', path: 'runtime.wasm', contents: readFileSync(wasm) },
  ]
}
