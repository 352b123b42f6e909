import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { BuildError, main } from '../../js/build/command.mjs'
import { dist, packageFolder } from '../../js/build/paths.mjs'
import { measureAnatomy } from './anatomy.js'
import { measureBrowser } from './browser.js'
import { judge } from './budgets.js'
import { measureCalls, ratiosOf, summariseCalls } from './calls.js'
import { betterOf, compareRatios, roundRatios } from './compare.js'
import { folder, installPeers, peerVersions, prepare } from './install.js'
import { readOptions, usage } from './options.js'
import { publish } from './publish.js'
import { measureScale } from './scale.js'
import { measureStart } from './start.js'
import { chooseSubjects } from './subjects.js'
import { describe } from './table.js'
import { measureWorker } from './worker.js'

const ratiosFile = join(import.meta.dirname, 'ratios.json')

// npm run bench: see `usage`. The npm package must be built.
await main(async () => {
  const options = readOptions(process.argv.slice(2))
  if (options.help) return console.log(usage)
  if (!existsSync(join(dist, 'runtime.wasm'))) throw new BuildError('the package is not built: npm run build')
  const chosen = chooseSubjects(options.only)
  if (chosen.length === 0) throw new BuildError(`no subject is named so: ${options.only.join(', ')}`)
  if (chosen.some(({ peer }) => peer)) await installPeers()
  const { prepared, frames, shared, floorPayload } = await prepare(chosen)

  const peers = chosen.filter(({ peer }) => peer).map(({ name }) => name)
  const measure = async () => {
    const found = await measureCalls(chosen, { prepared, floorPayload }, options.protocol, say)
    return summariseCalls(found, peers)
  }
  if (options.short || options.record) return holdOrRecord(measure, options)
  const names = chosen.map(({ name }) => name)
  const results = {
    machine: machine(),
    versions: versions(),
    protocol: options.protocol,
    titles: titlesOf(chosen),
  }
  const measures = {
    calls: async () => Object.assign(results, await measure()),
    start: async () => {
      results.start = await measureStart(chosen, prepared, options.protocol, say)
    },
    browser: async () => {
      results.browser = await measureBrowser(names, prepared, options.protocol, say)
    },
    worker: async () => {
      if (prepared.has('tidegate-fresh'))
        results.worker = await measureWorker(prepared, options.protocol, say)
    },
    scale: async () => {
      if (prepared.has('tidegate-fresh'))
        results.scale = await measureScale(frames, shared, options.protocol, say)
    },
    anatomy: async () => {
      if (prepared.has('tidegate-fresh'))
        results.anatomy = await measureAnatomy(frames, shared, options.protocol, say)
    },
  }
  for (const part of options.parts) await measures[part]()
  results.budgets = judge(results)
  finish(results, options)
})

/** Fails when a ratio to the floor stays worse than the committed one when it is measured again, or commits what was measured. */
async function holdOrRecord(measure, { record }) {
  let ratios = ratiosOf((await measure()).calls)
  if (record) {
    writeFileSync(ratiosFile, `${JSON.stringify(roundRatios(ratios), undefined, 2)}\n`)
    return printRatios(ratios)
  }
  const committed = JSON.parse(readFileSync(ratiosFile, 'utf8'))
  let worse = compareRatios(ratios, committed)
  for (let more = 0; worse.length > 0 && more < 4; more++) {
    console.log(`measured once more, because of:\n${worse.join('\n')}`)
    // A neighbour on the same processor is busy for a while; what became slow stays so.
    await new Promise((resolve) => setTimeout(resolve, 15_000))
    ratios = betterOf(ratios, ratiosOf((await measure()).calls))
    worse = compareRatios(ratios, committed)
  }
  printRatios(ratios, committed)
  if (worse.length > 0) throw new BuildError(`slower than tests/bench/ratios.json says:\n${worse.join('\n')}`)
  console.log(`${Object.values(committed).flatMap(Object.values).length} checks of ratios to the floor`)
}

function printRatios(ratios, committed) {
  for (const [name, cases] of Object.entries(ratios)) {
    const texts = Object.entries(cases).map(([of, ratio]) => {
      const before = committed?.[name]?.[of]
      return `${of} ${ratio.toFixed(2)}${before === undefined ? '' : ` (${before})`}`
    })
    console.log(`${name.padEnd(24)} ${texts.join('  ')}`)
  }
}

/** Writes the results, and the same for people. */
function finish(results, options) {
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`)
  const { cpu, cores, memoryGB, node } = results.machine
  const lines = [`${cpu}, ${cores} cores, ${memoryGB} GB, Node ${node}`, ...describe(results)]
  console.log(`\n${lines.join('\n')}`)
  if (options.publish) publish(lines)
}

function machine() {
  const [{ model }, ...others] = cpus()
  return {
    cpu: model.trim(),
    cores: others.length + 1,
    memoryGB: Math.round(totalmem() / 1024 ** 3),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    date: new Date().toISOString(),
  }
}

function versions() {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
  return { tidegate: version, ...peerVersions() }
}

function titlesOf(chosen) {
  return Object.fromEntries(chosen.map(({ name, title, note, loop }) => [name, { title, note, loop }]))
}

function say(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}
