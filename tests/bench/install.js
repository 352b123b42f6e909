import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { command } from '../../js/build/command.mjs'
import { target } from '../../js/build/paths.mjs'
import { once } from '../../js/build/stamp.mjs'
import { installPackedPackage } from '../hosts/prepare.js'
import { openFrames, SCOPE } from './frames.js'
import { makeRuleset } from './ruleset.js'
import * as floor from './subjects/floor.js'

/** Where everything is that a run needs and leaves. */
export const folder = join(target, 'bench')

const peers = join(import.meta.dirname, 'peers')

/** Installs the peers' packages at the versions of their own lock file, when that has not been done. */
export async function installPeers() {
  const lock = join(peers, 'package-lock.json')
  const outputs = [join(peers, 'node_modules', '.package-lock.json')]
  await once({ name: 'bench-peers', inputs: [lock], outputs }, async () => {
    console.log('installing the peers')
    await command('npm', ['ci', '--no-audit', '--no-fund'], { cwd: peers, quiet: true })
  })
}

/** The version of each peer's package that is installed. */
export function peerVersions() {
  const { dependencies } = JSON.parse(readFileSync(join(peers, 'package.json'), 'utf8'))
  return dependencies
}

/**
 * Packs and installs Tidegate, which must be built, and writes the ruleset for each subject.
 *
 * Returns what a subject is started with, the file of its payload and its options, the floor's payload, and what makes further
 * frames.
 */
export async function prepare(subjects) {
  mkdirSync(folder, { recursive: true })
  await installPackedPackage(folder)
  const frames = await openFrames(folder)
  const ruleset = makeRuleset()
  const entry = pathToFileURL(join(folder, 'entry.mjs')).href
  const shared = { entry, scope: SCOPE, trust: frames.trust }
  const prepared = new Map()
  const floorPayload = join(folder, 'floor.json')
  writeFileSync(floorPayload, floor.write(ruleset))
  for (const { name, module, way } of subjects) {
    const { write } = await import(module)
    if (write) {
      const payload = join(folder, `${name}.json`)
      writeFileSync(payload, write(ruleset))
      prepared.set(name, { payload, options: {} })
    } else {
      prepared.set(name, { payload: await frames.frameOf(ruleset), options: { ...shared, way } })
    }
  }
  return { prepared, frames, shared, floorPayload }
}
