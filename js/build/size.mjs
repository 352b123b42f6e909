import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildAll } from './all.mjs'
import { BuildError, main } from './command.mjs'
import { root } from './paths.mjs'
import { differences, sizeTable, withTable } from './size-table.mjs'
import { measure, overBudget, tooLarge } from './sizes.mjs'

// npm run size               what each entry point weighs, and what is over its budget; fails when that grows
// npm run size -- --write    … and writes it into the README
// npm run size -- --check    … and fails where the README says otherwise; builds nothing
// npm run size -- --parts    where the bytes of the wasm go, function by function
await main(async () => {
  const [mode] = process.argv.slice(2)
  if (![undefined, '--write', '--check', '--parts'].includes(mode))
    throw new BuildError(`unknown option ${mode}`)
  if (mode !== '--check') await buildAll(['runtime', 'bundle'])
  if (mode === '--parts') {
    const { printParts } = await import('./size-parts.mjs')
    return printParts()
  }
  const rows = measure()
  console.log(sizeTable(rows))
  for (const sentence of overBudget(rows)) console.log(sentence)
  const readme = join(root, 'README.md')
  if (mode === '--write') writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), rows))
  const wrong = tooLarge(rows)
  if (mode === '--check') {
    const differing = differences(readFileSync(readme, 'utf8'), rows)
    if (differing.length > 0) wrong.push(...differing.map((difference) => `README.md, Size: ${difference}`))
  }
  if (wrong.length > 0) throw new BuildError(wrong.join('\n'))
})
