import { BuildError, main } from '../../js/build/command.mjs'
import { openChromium } from './chromium.js'
import { digestAll } from './million.js'
import { openNode } from './node.js'
import { folder, installPackedPackage, prepareVectors } from './prepare.js'
import { openWorkerd } from './workerd.js'

const hosts = { node: openNode, workerd: openWorkerd, chromium: openChromium }

/** So many cases ask a typed question, and have no native counterpart. */
const TYPED = 14

// node tests/hosts/run.mjs [HOST…]: every vector and the million units through the packed npm package, which must be built.
await main(async () => {
  const names = process.argv.slice(2)
  const unknown = names.find((name) => !(name in hosts))
  if (unknown) throw new BuildError(`no such host: ${unknown}; there are ${Object.keys(hosts).join(', ')}`)
  const index = await prepareVectors()
  await installPackedPackage()

  const failures = []
  for (const [name, open] of Object.entries(hosts)) {
    if (names.length > 0 && !names.includes(name)) continue
    const started = performance.now()
    const { failures: found, summary } = await examineHost(await open({ folder, index }), index)
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    console.log(`${name.padEnd(9)} ${summary} in ${seconds} s`)
    failures.push(...found.map((failure) => `${name} › ${failure}`))
  }
  if (failures.length > 0) throw new BuildError(`${failures.length} differences:\n${failures.join('\n')}`)
  const { units, digest } = index.million
  console.log(`${index.cases + TYPED} cases and ${units} units (${digest}) are alike everywhere`)
})

/** Asks one host everything, and tells how its answers differ from what is expected. */
async function examineHost(host, { cases, refusals, million }) {
  try {
    const found = await host.examine()
    const { failures } = found
    if (found.cases !== cases + TYPED) failures.push(`${found.cases} cases were loaded, not ${cases + TYPED}`)
    if (found.refusals !== refusals) failures.push(`${found.refusals} refusals were loaded, not ${refusals}`)

    const digests = []
    for (let from = 0; from < million.chunks.length; from += 10) {
      digests.push(...(await host.digest(from, Math.min(from + 10, million.chunks.length))))
    }
    million.chunks.forEach((chunk, number) => {
      if (digests[number] !== chunk)
        failures.push(`chunk ${number} of the units has another digest than native`)
    })
    const digest = digestAll(digests)
    if (digest !== million.digest) failures.push(`the units have the digest ${digest}, not ${million.digest}`)
    return { failures, summary: `${found.cases} cases, ${found.refusals} refusals, digest ${digest}` }
  } finally {
    await host.close()
  }
}
