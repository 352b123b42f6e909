import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { Miniflare, Response } from 'miniflare'
import { BuildError } from '../../js/build/command.mjs'

/** Whatever the date is, the flag's ramp has reached the first visitor and its ceiling keeps out the second. */
const VISITS = [
  { cookie: 'theme=dark; visitor=v-290', checkout: 'one-page' },
  { cookie: 'theme=dark; visitor=v-2', checkout: 'classic' },
  { cookie: '', checkout: 'classic' },
]

/** Runs a block as a Worker in workerd, bundled as wrangler would, and returns how many answers were right. */
export async function runInWorkerd(block, { folder, shop, settings }) {
  const { scope, source, trust } = settings(block)
  const { outputFiles } = await build({
    stdin: { contents: block.replaceAll(trust, shop.trust), resolveDir: folder },
    conditions: ['workerd'],
    external: ['*.wasm'],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  const modules = [
    { type: 'ESModule', path: 'worker.js', contents: outputFiles[0].text },
    {
      type: 'CompiledWasm',
      path: 'runtime.wasm',
      contents: readFileSync(join(folder, 'node_modules/tidegate/dist/runtime.wasm')),
    },
  ]
  const frame = await shop.frame(scope)
  const answers = [
    ...(await visit(
      modules,
      ({ url }) => new Response(...(url === `${source}latest` ? [frame] : ['', gone])),
    )),
    ...(await visit(modules, () => new Response('', gone))).map((answer) => ({
      ...answer,
      checkout: 'classic',
    })),
  ]
  for (const { cookie, checkout, answer } of answers) {
    if (answer !== checkout) {
      throw new BuildError(`README.md's Worker answers ${answer}, not ${checkout}, to the cookie "${cookie}"`)
    }
  }
  return answers.length
}

const gone = { status: 500 }

/** Makes every visit to a new Worker, for which `outboundService` stands in for the network. */
async function visit(modules, outboundService) {
  const miniflare = new Miniflare({ compatibilityDate: '2026-04-01', modules, outboundService })
  try {
    const answers = []
    for (const expected of VISITS) {
      const headers = expected.cookie ? { cookie: expected.cookie } : {}
      const response = await miniflare.dispatchFetch('https://shop.example/', {
        headers,
        cf: { country: 'CA' },
      })
      answers.push({ ...expected, answer: await response.text() })
    }
    return answers
  } finally {
    await miniflare.dispose()
  }
}
