import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { build } from 'esbuild'
import { launchChromium } from '../chromium.mjs'
import { folder } from './install.js'
import { median } from './processes.js'
import { FLAG, makeUser } from './ruleset.js'

/**
 * Measures import, set-up and first answer in a page, for Tidegate and for GrowthBook.
 *
 * Each is one minified module with its ruleset inline. Tidegate's wasm is fetched from beside it and preloaded, as the README says, or is
 * inline too. The floor is Tidegate's module with an empty wasm of the same size. They take turns, each time in a new browser context,
 * so that nothing is cached; a server on this machine stands in for the network.
 */
export async function measureBrowser(names, prepared, { samples }, say) {
  const user = makeUser()
  const apps = new Map()
  if (names.includes('tidegate-fresh')) {
    const given = prepared.get('tidegate-fresh')
    const wasm = readFileSync(join(folder, 'node_modules', 'tidegate', 'dist', 'runtime.wasm'))
    apps.set('tidegate', { 'app.js': await bundleTidegate('tidegate', given), 'runtime.wasm': wasm })
    const empty = emptyModule(wasm.length)
    apps.set('tidegate-floor', { 'app.js': await bundleFloor(given), 'runtime.wasm': empty })
    apps.set('tidegate-inline', { 'app.js': await bundleTidegate('tidegate/inline', given) })
  }
  if (names.includes('growthbook')) {
    apps.set('growthbook', { 'app.js': await bundleGrowthBook(prepared.get('growthbook')) })
  }
  if (apps.size === 0) return undefined
  const server = await serve(apps)
  const browser = await launchChromium()
  const found = new Map([...apps.keys()].map((name) => [name, []]))
  try {
    // The first sample of each starts processes of the browser, and does not count.
    for (let sample = 0; sample <= samples; sample++) {
      say(`Chromium, ${sample} of ${samples}`)
      for (const name of apps.keys()) {
        server.asked = []
        const took = await visit(
          browser,
          `http://127.0.0.1:${server.address().port}/${name}/`,
          user,
          apps.get(name),
        )
        if (sample > 0) found.get(name).push(took)
        if (new Set(server.asked).size < server.asked.length) throw new Error(`asked twice: ${server.asked}`)
      }
    }
  } finally {
    await browser.close()
    server.close()
  }
  return Object.fromEntries(
    [...found].map(([name, samplesMs]) => {
      const bytes = Object.values(apps.get(name)).reduce((sum, { length }) => sum + length, 0)
      return [name, { firstAnswerMs: median(samplesMs), quartilesMs: quartiles(samplesMs), samplesMs, bytes }]
    }),
  )
}

function quartiles(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other)
  const half = sorted.length >> 1
  return [median(sorted.slice(0, half)), median(sorted.slice(-half))]
}

async function visit(browser, url, user, files) {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(url)
    const { answer, took } = await page.evaluate(
      async ({ app, preload, user, flag }) => {
        const begun = performance.now()
        const imported = import(app)
        for (const href of preload) {
          const link = document.createElement('link')
          Object.assign(link, {
            rel: 'preload',
            as: 'fetch',
            type: 'application/wasm',
            crossOrigin: '',
            href,
          })
          document.head.append(link)
        }
        const { start } = await imported
        const answer = await start(user, flag)
        return { answer, took: performance.now() - begun }
      },
      {
        app: `${url}app.js`,
        preload: Object.keys(files).filter((name) => name !== 'app.js'),
        user,
        flag: FLAG,
      },
    )
    if (typeof answer !== 'boolean') throw new Error(`${url}: the first answer is ${answer}`)
    return took
  } finally {
    await context.close()
  }
}

function bundleTidegate(entry, { payload, options: { trust, scope } }) {
  const options = { bootstrap: readFileSync(payload).toString('base64'), trust, scope }
  return bundle(`
    import { createClient } from '${entry}'
    const options = ${JSON.stringify(options)}
    export async function start(user, flag) {
      const flags = createClient(options)
      await flags.ready()
      return flags.value(flag, false, user)
    }`)
}

/** Nothing is verified, read or decided, but all of the JavaScript is loaded. */
function bundleFloor({ payload }) {
  return bundle(`
    import { createClient } from 'tidegate'
    globalThis.kept = [createClient, '${readFileSync(payload).toString('base64')}']
    export async function start() {
      const response = await fetch(new URL('./runtime.wasm', import.meta.url))
      return 'instance' in (await WebAssembly.instantiateStreaming(response))
    }`)
}

/** A module of this size in bytes, below 2 MiB, with nothing in it but a custom section. */
function emptyModule(size) {
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  const rest = size - head.length - 4
  const length = [(rest & 127) | 128, ((rest >> 7) & 127) | 128, rest >> 14]
  return Buffer.concat([Buffer.from([...head, 0, ...length]), Buffer.alloc(rest)])
}

function bundleGrowthBook({ payload }) {
  const contents = `
    import { GrowthBookClient } from '@growthbook/growthbook'
    const payload = ${readFileSync(payload, 'utf8')}
    export function start({ targetingKey, ...attributes }, flag) {
      const client = new GrowthBookClient().initSync({ payload })
      return client.isOn(flag, { attributes: { id: targetingKey, ...attributes } })
    }`
  return bundle(contents, join(import.meta.dirname, 'peers'))
}

async function bundle(contents, resolveDir = folder) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    conditions: ['browser'],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  return Buffer.from(outputFiles[0].contents)
}

/** Serves each app's files, and a page for each. Isolated pages have finer clocks. */
function serve(apps) {
  const types = { js: 'text/javascript', wasm: 'application/wasm' }
  const server = createServer((request, response) => {
    const [, name, file] = request.url.split('/')
    const body = apps.get(name)?.[file]
    server.asked?.push(request.url)
    const headers = {
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    }
    if (body) {
      response.writeHead(200, { ...headers, 'content-type': types[file.split('.').at(-1)] }).end(body)
    } else if (apps.has(name) && file === '') {
      response
        .writeHead(200, { ...headers, 'content-type': 'text/html' })
        .end('<!doctype html><title>Bench</title>')
    } else {
      response.writeHead(404).end()
    }
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}
