import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchChromium } from '../chromium.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const types = { '.js': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' }

/** A page under a content security policy that allows wasm but no `eval`, with the package's `browser` entry. */
export async function openChromium({ folder }) {
  const installed = join(folder, 'node_modules/tidegate')
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  const entry = new URL(exports['.'].browser, 'http://page/package/').pathname
  const server = await serve({ package: installed, hosts: here, vectors: folder })
  const browser = await launchChromium()
  const page = await browser.newPage()
  page.on('pageerror', (error) => console.error(error))
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  const run = (task) =>
    page.evaluate(
      async ({ entry, from, to }) => {
        const [{ createClient }, { examine }, { digestChunks }, index] = await Promise.all([
          import(entry),
          import('/hosts/exam.js'),
          import('/hosts/million.js'),
          fetch('/vectors/index.json').then((response) => response.json()),
        ])
        if (from === undefined) return examine(createClient, index)
        return digestChunks(createClient, index.million, index.trust.trusted, from, to)
      },
      { entry, ...task },
    )
  return {
    examine: () => run({}),
    digest: (from, to) => run({ from, to }),
    async close() {
      await browser.close()
      server.close()
    },
  }
}

/** Serves each folder below its name, and an empty page. */
function serve(folders) {
  const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
  const server = createServer((request, response) => {
    const [, name, ...rest] = normalize(new URL(request.url, 'http://page').pathname).split('/')
    const file = name in folders ? join(folders[name], ...rest) : undefined
    if (name === '') {
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy })
      response.end('<!doctype html><title>Vectors</title>')
    } else if (file && existsSync(file)) {
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
      createReadStream(file).pipe(response)
    } else {
      response.writeHead(404).end()
    }
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}
