import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BuildError, command, main } from '../../js/build/command.mjs'
import { packageFolder, root } from '../../js/build/paths.mjs'
import { openChromium } from './chromium.js'
import { digestAll } from './million.js'
import { openNode } from './node.js'
import { openWorkerd } from './workerd.js'

const hosts = { node: openNode, workerd: openWorkerd, chromium: openChromium }
const folder = join(root, 'target', 'vectors')

/** So many cases ask a typed question, and have no native counterpart. */
const TYPED = 14

// node tests/hosts/run.mjs [HOST…]: every vector and the million units through the packed npm package, which must be built.
await main(async () => {
  const names = process.argv.slice(2)
  const unknown = names.find((name) => !(name in hosts))
  if (unknown)
    throw new BuildError(`unknown host ${unknown}, expected one of: ${Object.keys(hosts).join(', ')}`)
  await command('cargo', ['test', '--features', 'compile', '--test', 'vectors', '--', '--ignored'], {
    quiet: true,
  })
  await installPackedPackage()
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))

  const failures = []
  for (const [name, open] of Object.entries(hosts)) {
    if (names.length > 0 && !names.includes(name)) continue
    const started = performance.now()
    const found = await examineHost(await open({ folder, index }), index)
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    console.log(
      `${name.padEnd(9)} ${found.cases} cases, ${found.refusals} refusals, digest ${found.digest} in ${seconds} s`,
    )
    failures.push(...found.failures.map((failure) => `${name} › ${failure}`))
  }
  if (failures.length > 0) throw new BuildError(`${failures.length} differences:\n${failures.join('\n')}`)
  const { units, digest } = index.million
  console.log(`${index.cases + TYPED} cases and ${units} units (${digest}) alike in native and every host`)
})

/** Packs the npm package as it would be published, and unpacks it where hosts resolve it. */
async function installPackedPackage() {
  const installed = join(folder, 'node_modules', 'tidegate')
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true })
  mkdirSync(installed, { recursive: true })
  const packed = await command('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', folder], {
    cwd: packageFolder,
    quiet: true,
  })
  const [{ filename }] = JSON.parse(packed)
  await command('tar', ['-xzf', join(folder, filename), '-C', installed, '--strip-components=1'])
}

/** Everything asked of one host, and how it differs from what is expected. */
async function examineHost(host, index) {
  try {
    const { cases, refusals, failures } = await host.examine()
    const expected = [index.cases + TYPED, index.refusals]
    if (cases !== expected[0] || refusals !== expected[1]) {
      failures.push(`${cases} cases and ${refusals} refusals were loaded, not ${expected.join(' and ')}`)
    }
    const { chunks, digest } = index.million
    const digests = []
    for (let from = 0; from < chunks.length; from += 10) {
      digests.push(...(await host.digest(from, Math.min(from + 10, chunks.length))))
    }
    chunks.forEach((chunk, number) => {
      if (digests[number] !== chunk)
        failures.push(`chunk ${number} of the units has another digest than native`)
    })
    const all = digestAll(digests)
    if (all !== digest) failures.push(`the units have the digest ${all}, not ${digest}`)
    return { cases, refusals, failures, digest: all }
  } finally {
    await host.close()
  }
}
