import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../js/build/command.mjs'
import { createClient } from '../../js/dist/node.js'
import { serverSentEvents } from '../../js/dist/sse.js'
import { ended, run, start } from './command.mjs'
import { rules } from './scenario.mjs'

// node tests/faults/reach.mjs: how long a kill takes to reach 1,000 connected clients, each with an engine of its own, from the
// moment at which `tidegate kill` has ended: by polls, and by server-sent events.
const CLIENTS = 1_000
const INTERVAL = 3_000
const AT = ['--at', 'out', '--environment', 'production', '--head-key', join('keys', 'tidegate.key')]

await main(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-reach-'))
  let server
  try {
    server = await publishAndServe(folder)
    const trust = readFileSync(join(folder, 'keys', 'tidegate.pub'), 'utf8').trim()
    const options = { source: `${server.origin}/production/server/`, trust, scope: 'shop/production/server' }
    const polled = await reach(folder, 'probe', () => ({ ...options, refresh: { interval: INTERVAL } }))
    const nudged = await reach(folder, 'other', () => ({
      ...options,
      refresh: { interval: 3_600_000 },
      nudge: serverSentEvents(),
    }))
    console.log(`by polls of ${INTERVAL} ms: ${told(polled)}; by events: ${told(nudged)}`)
    // Generous, for machines that do much else: what is said is one interval, and one second.
    assert.ok(polled.at(-1) < 2 * INTERVAL, `${polled.at(-1)} ms`)
    assert.ok(nudged.at(-1) < 3_000, `${nudged.at(-1)} ms`)
    console.log(`${polled.length + nudged.length} checks`)
  } finally {
    server?.child.kill()
    if (server) await ended(server.child)
    rmSync(folder, { recursive: true, force: true })
  }
})

/** Opens clients, kills a flag, and waits until all serve it off: the times of each, from the soonest to the latest. */
async function reach(folder, flag, optionsOf) {
  const clients = Array.from({ length: CLIENTS }, () => createClient(optionsOf()))
  try {
    await Promise.all(clients.map(connected))
    // Until the connections for events stand.
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    let began = Infinity
    const times = clients.map(
      (client) =>
        new Promise((resolve) => {
          client.on('change', () => {
            if (client.value(flag, 'default') === 'off') resolve(Math.max(performance.now() - began, 0))
          })
        }),
    )
    for (const client of clients) assert.equal(client.value(flag, 'default'), flag)
    await run(folder, 'kill', flag, '--reason', 'a test', ...AT)
    began = performance.now()
    const late = new Promise((_, reject) =>
      setTimeout(() => reject(new Error('it did not reach everybody')), 60_000).unref(),
    )
    return (await Promise.race([Promise.all(times), late])).sort((a, b) => a - b)
  } finally {
    for (const client of clients) client.close()
  }
}

/** A thousand at once are a storm: an attempt may fail, and the client makes another by itself. */
async function connected(client) {
  const began = performance.now()
  while (!client.snapshot) {
    if (performance.now() - began > 60_000) throw new Error('a client never had rules')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function publishAndServe(folder) {
  mkdirSync(join(folder, 'shop', 'flags'), { recursive: true })
  const write = (path, content) => writeFileSync(join(folder, 'shop', path), JSON.stringify(content))
  write('tidegate.yaml', { project: 'shop', environments: ['production'] })
  for (const [key, flag] of Object.entries(rules('probe')))
    write(join('flags', `${key}.yaml`), { ...flag, environments: { production: {} } })
  await run(folder, 'keygen', '--out', 'keys')
  const key = ['--key', join('keys', 'tidegate.key')]
  await run(folder, 'publish', '--project', 'shop', '--to', 'out', ...key, '--audience', 'server')
  const child = start(folder, 'serve', '--from', 'out', '--port', '0', '--json')
  child.stderr.resume()
  const greeting = await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (line) => resolve(JSON.parse(line)))
    child.on('exit', (code) => reject(new Error(`tidegate serve ended with ${code}`)))
  })
  return { child, origin: greeting.origin }
}

function told(times) {
  const [half, last] = [times[times.length >> 1], times.at(-1)].map(Math.round)
  return `half of ${times.length} within ${half} ms, all within ${last} ms`
}
