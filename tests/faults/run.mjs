import { readFileSync, writeFileSync } from 'node:fs'
import { BuildError, main } from '../../js/build/command.mjs'
import { groups } from './groups.mjs'
import { runScenario } from './scenario.mjs'
import { tableOf } from './table.mjs'

// node tests/faults/run.mjs             every fault, against the built package; fails if the table in README.md differs
// node tests/faults/run.mjs --write     the same, and writes the table
// node tests/faults/run.mjs WORD…       only faults whose names have one of these words
const here = (name) => new URL(name, import.meta.url)

await main(async () => {
  const words = process.argv.slice(2).filter((argument) => argument !== '--write')
  const required = readFileSync(here('required.txt'), 'utf8').trim().split('\n')
  const scenarios = Object.values(groups).flat()
  const missing = required.filter((name) => !scenarios.some((scenario) => scenario.name === name))
  if (missing.length > 0 && words.length === 0) throw new BuildError(`no scenario for: ${missing.join('; ')}`)

  const stray = []
  for (const event of ['unhandledRejection', 'uncaughtException'])
    process.on(event, (error) => stray.push(error))
  const rows = new Map()
  const failures = []
  for (const scenario of scenarios) {
    const { name } = scenario
    if (words.length > 0 && !words.some((word) => name.includes(word))) continue
    const started = performance.now()
    try {
      rows.set(name, await runScenario(scenario))
      if (stray.length > 0) throw stray.shift()
    } catch (error) {
      stray.length = 0
      failures.push(`${name}: ${error.stack}`)
    }
    if (words.length > 0) console.log(`${name}: ${Math.round(performance.now() - started)} ms`)
  }
  if (failures.length > 0) throw new BuildError(failures.join('\n\n'))
  if (words.length > 0) return

  const readme = readFileSync(here('README.md'), 'utf8')
  const written = readme.replace(/(?<=<!-- faults -->\n)[\s\S]*(?=<!-- \/faults -->)/, tableOf(groups, rows))
  if (process.argv.includes('--write')) writeFileSync(here('README.md'), written)
  else if (written !== readme)
    throw new BuildError('tests/faults/README.md differs: node tests/faults/run.mjs --write')
  console.log(`${rows.size} cases`)
})
