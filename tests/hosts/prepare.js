import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command } from '../../js/build/command.mjs'
import { packageFolder, root } from '../../js/build/paths.mjs'
import { once } from '../../js/build/stamp.mjs'

/** Where everything is that hosts need: the vectors as signed frames, and the installed package. */
export const folder = join(root, 'target', 'vectors')

/** The vectors as signed frames, with the digests of the native run; made again when anything changed that they depend on. */
export async function prepareVectors() {
  const inputs = ['src', 'tests/native', 'tests/vectors', 'tests/vectors.rs', 'Cargo.lock'].flatMap(filesOf)
  const index = join(folder, 'index.json')
  const run = ['test', '--features', 'cli', '--test', 'vectors', '--', '--ignored']
  await once({ name: 'vectors', inputs, outputs: [index] }, () => command('cargo', run, { quiet: true }))
  return JSON.parse(readFileSync(index, 'utf8'))
}

/** Packs the npm package as it would be published, and unpacks it beside a module that imports it by its name. */
export async function installPackedPackage(into = folder) {
  const installed = join(into, 'node_modules', 'tidegate')
  rmSync(join(into, 'node_modules'), { recursive: true, force: true })
  mkdirSync(installed, { recursive: true })
  const pack = ['pack', '--json', '--loglevel=error', '--pack-destination', into]
  const packed = await command('npm', pack, { cwd: packageFolder, quiet: true })
  const [{ filename }] = JSON.parse(packed)
  await command('tar', ['-xzf', join(into, filename), '-C', installed, '--strip-components=1'])
  writeFileSync(join(into, 'entry.mjs'), `export { createClient } from 'tidegate'\n`)
}

function filesOf(path) {
  const whole = join(root, path)
  if (!statSync(whole).isDirectory()) return [whole]
  return readdirSync(whole)
    .sort()
    .flatMap((name) => filesOf(join(path, name)))
}
