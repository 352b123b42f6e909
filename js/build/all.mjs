import { installBindgen } from './bindgen.mjs'
import { bundle } from './bundle.mjs'
import { BuildError } from './command.mjs'
import { buildLab } from './lab.mjs'
import { layPapers } from './papers.mjs'
import { setUp } from './setup.mjs'
import { printBudgets } from './sizes.mjs'
import { declareTypes } from './types.mjs'
import { buildRuntime, buildStudio } from './wasm.mjs'

/** What there is to build, in the order in which one part needs another. */
const parts = {
  runtime: buildRuntime,
  studio: buildStudio,
  bundle,
  types: declareTypes,
  papers: layPapers,
  lab: buildLab,
}

/**
 * Builds everything into `js/dist` and `www/dist`, after installing what a fresh clone lacks.
 *
 * What is up to date is left alone. `names` narrows it to some parts.
 */
export async function buildAll(names = []) {
  const unknown = names.find((name) => !(name in parts))
  if (unknown)
    throw new BuildError(`unknown part ${unknown}, expected one of: ${Object.keys(parts).join(', ')}`)
  await setUp()
  await installBindgen()
  for (const [name, build] of Object.entries(parts)) {
    if (names.length > 0 && !names.includes(name)) continue
    console.log(`building ${name}`)
    await build()
  }
  printBudgets()
}
