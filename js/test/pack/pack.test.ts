import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { byCountry, makeFrame, sharedKey } from '../snapshots.js'

const folder = mkdtempSync(join(tmpdir(), 'tidegate-pack-'))
const bootstrap = Buffer.from(
  makeFrame({ flags: { 'by-country': byCountry }, issuedAt: Date.now() - 1_000 }),
).toString('base64')
const options = `{ trust: '${sharedKey().trust}', bootstrap: '${bootstrap}' }`

const js = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a module in the folder where the package is installed and returns what it printed. */
function run(source: string, ...flags: readonly string[]): string {
  writeFileSync(join(folder, 'app.mjs'), source)
  return execFileSync(process.execPath, [...flags, 'app.mjs'], { cwd: folder, encoding: 'utf8' }).trim()
}

beforeAll(() => {
  const npm = (cwd: string, ...args: readonly string[]) =>
    execFileSync('npm', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  npm(js, 'pack', '--ignore-scripts', '--pack-destination', folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  npm(folder, 'install', '--offline', '--no-audit', '--no-fund', `./${tarball}`)
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('the packed package', () => {
  it('has nothing that publint warns of', async () => {
    const { messages } = await publint({ pkgDir: js, level: 'suggestion', strict: true })
    expect(messages).toEqual([])
  })

  it('decides in Node, and lets the process end', () => {
    const printed = run(`
      import { createClient, TidegateError } from 'tidegate'
      const flags = createClient({ ...${options}, source: 'http://127.0.0.1:9/', timeout: 50 })
      flags.on('error', (error) => console.log(error instanceof TidegateError, error.code))
      await flags.ready()
      console.log(flags.status, flags.value('by-country', false, { country: 'CA' }))
    `)
    expect(printed.split('\n')).toEqual(['ready true', 'true FETCH_FAILED'])
  })

  it('carries its runtime in tidegate/inline, ready at once', () => {
    const printed = run(`
      import { createClient } from 'tidegate/inline'
      console.log(createClient(${options}).value('by-country', false, { country: 'CA' }))
    `)
    expect(printed).toBe('true')
  })

  it('takes a module in tidegate/slim', () => {
    const printed = run(`
      import { readFileSync } from 'node:fs'
      import { createClient } from 'tidegate/slim'
      const file = new URL(import.meta.resolve('tidegate/runtime.wasm'))
      const module = WebAssembly.compile(readFileSync(file))
      const flags = createClient({ ...${options}, module })
      console.log(flags.status)
      await flags.ready()
      console.log(flags.status, flags.value('by-country', false, { country: 'CA' }))
    `)
    expect(printed.split('\n')).toEqual(['starting', 'ready true'])
  })

  it.each(['deno', 'bun', 'node', 'browser', 'default'])(
    'resolves for %s, and imports without doing anything',
    (condition) => {
      const printed = run(
        `
      globalThis.fetch = () => { throw new Error('fetched') }
      const { createClient } = await import('tidegate')
      console.log(typeof createClient, import.meta.resolve('tidegate').split('/').at(-1))
    `,
        `--conditions=${condition}`,
      )
      expect(printed).toMatch(/^function \w+\.js$/)
    },
  )

  it('has stores, sources and events in entries of their own, which keep the process no longer than it wants', () => {
    const printed = run(`
      import { createClient } from 'tidegate'
      import { fileSource, fileStore } from 'tidegate/files'
      import { cacheStore, indexedDbStore, kvSource, kvStore, localStorageStore, memoryStore } from 'tidegate/stores'
      import { serverSentEvents } from 'tidegate/sse'
      import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
      mkdirSync('flags')
      writeFileSync('flags/latest', Buffer.from('${bootstrap}', 'base64'))
      const { trust } = ${options}
      const open = () => createClient({ source: fileSource('flags'), store: fileStore('state'), trust })
      const first = open()
      await first.refresh()
      rmSync('flags/latest')
      const second = open()
      await second.ready()
      console.log(second.value('by-country', false, { country: 'CA' }))
      const rest = [cacheStore, indexedDbStore, kvSource, kvStore, localStorageStore, memoryStore, serverSentEvents]
      console.log(rest.every((make) => typeof make === 'function'))
    `)
    expect(printed.split('\n')).toEqual(['true', 'true'])
  })

  it('writes exposures, and lets the process end when they are written', () => {
    const printed = run(`
      import { readFileSync } from 'node:fs'
      import { createClient } from 'tidegate'
      import { exposures, ndjson } from 'tidegate/exposures'
      import { ndjsonFile } from 'tidegate/files'
      const onExposure = exposures(ndjsonFile('logs/exposures.ndjson', { interval: 10 }))
      const context = { targetingKey: 'u-1', country: 'CA' }
      createClient({ ...${options}, onExposure }).value('by-country', false, context)
      const printing = ndjson((lines) => console.log(lines.trim()))
      const flags = createClient({ ...${options}, onExposure: exposures(printing) })
      flags.details('by-country', false, context)
      await printing.close()
      process.on('exit', () => console.log(readFileSync('logs/exposures.ndjson', 'utf8').trim()))
    `)
    const lines = printed.split('\n').map((line) => ({ ...JSON.parse(line), time: '' }))
    const exposure = {
      time: '',
      flag: 'by-country',
      variant: 'on',
      rule: 'north-america',
      unit: 'u-1',
      version: 1,
    }
    expect(lines).toEqual([exposure, exposure])
  })

  it('carries the JSON Schemas of the files that people write', () => {
    const printed = run(`
      import { readFileSync } from 'node:fs'
      const titles = ['project', 'flag', 'segment', 'rollout', 'policy'].map((name) => {
        const file = new URL(import.meta.resolve(\`tidegate/schema/\${name}.schema.json\`))
        return JSON.parse(readFileSync(file, 'utf8')).title
      })
      console.log(titles.join())
    `)
    expect(printed).toBe(
      'Tidegate project,Tidegate flag,Tidegate segment,Tidegate rollout template,Tidegate policy',
    )
  })

  it('ships no source, test or example', () => {
    const files = readdirSync(join(folder, 'node_modules', 'tidegate'), { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => /(^|\/)(src|test|examples|build)\//.test(file))).toEqual([])
    expect(files).toContain('dist/runtime.wasm')
  })
})
