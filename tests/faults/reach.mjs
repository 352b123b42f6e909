import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../js/build/command.mjs'
import { createClient } from '../../js/dist/node.js'
import { serverSentEvents } from '../../js/dist/sse.js'
import { ended, run, start } from './command.mjs'
import { rules } from './scenario.mjs'

// node tests/faults/reach.mjs: a kill reaches each of 1,000 connected clients, each with an engine of its own, with the first head
// that it asks for once the server has it: by polls, and by server-sent events. It prints how long after the end of `tidegate kill`
// that was.
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
    console.log(`${polled.length + nudged.length} checks`)
  } finally {
    server?.child.kill()
    if (server) await ended(server.child)
    rmSync(folder, { recursive: true, force: true })
  }
})

/** Opens clients, kills a flag, and waits until all serve it off: the times of each, from the soonest to the latest. */
async function reach(folder, flag, optionsOf) {
  // What is answered to those who ask for a head once the server has the one with the kill.
  const server = { killed: false }
  const visitors = Array.from({ length: CLIENTS }, () => visit(optionsOf(), server))
  try {
    await Promise.all(visitors.map(({ client }) => connected(client)))
    // Until the connections for events stand.
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    for (const { client } of visitors) assert.equal(client.value(flag, 'default'), flag)
    let began = Infinity
    const times = visitors.map(async (visitor) => {
      await off(visitor, flag)
      return Math.max(performance.now() - began, 0)
    })
    const late = new Promise((_, reject) =>
      setTimeout(() => reject(new Error('it did not reach everybody')), 60_000).unref(),
    )
    const head = `${optionsOf().source}head`
    const before = await textOf(head)
    await run(folder, 'kill', flag, '--reason', 'a test', ...AT)
    began = performance.now()
    await Promise.race([another(head, before), late])
    server.killed = true
    return (await Promise.race([Promise.all(times), late])).sort((a, b) => a - b)
  } finally {
    for (const { client } of visitors) client.close()
  }
}

/** A client, and how many heads it was answered with since the server has the one with the kill. */
function visit(options, server) {
  const visitor = { answered: 0 }
  visitor.client = createClient({
    ...options,
    fetch: async (url, init) => {
      const counts = server.killed && url.endsWith('/head')
      const response = await fetch(url, init)
      if (counts && [200, 304].includes(response.status)) visitor.answered += 1
      return response
    },
  })
  return visitor
}

/** Waits until a client serves a flag off, which it must by the first head that it can know it from. */
function off(visitor, flag) {
  return new Promise((resolve, reject) => {
    visitor.client.on('change', () => {
      if (visitor.client.value(flag, 'default') !== 'off') return
      if (visitor.answered <= 1) resolve()
      else reject(new Error(`it took ${visitor.answered} heads to hear of the kill`))
    })
  })
}

async function another(url, before) {
  while ((await textOf(url)) === before) await new Promise((resolve) => setTimeout(resolve, 10))
}

async function textOf(url) {
  const response = await fetch(url)
  return Buffer.from(await response.arrayBuffer()).toString('base64')
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
