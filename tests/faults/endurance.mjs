import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { main } from '../../js/build/command.mjs'
import { createClient } from '../../js/dist/node.js'
import { makePublisher, makeSigner, NOW } from './forge.mjs'
import { watchInstances } from './instances.mjs'
import { openRandom } from './random.mjs'
import { rules, V1, V2, V3 } from './scenario.mjs'

// node tests/faults/endurance.mjs [SEED]: 10,000 refreshes under random faults end with the right rules, and memory stays flat. The
// requests are answered within the process; all else is as in the built package.
const REFRESHES = 10_000
const WARM_UP = 1_000
const LARGEST = 200_000

await main(async () => {
  const seed = Number(process.argv[2] ?? Date.now() % 2 ** 32)
  console.log(`seed ${seed}`)
  const { chance, below, pick } = openRandom(seed)
  const { instances, stop } = watchInstances()
  const publisher = makePublisher({ flags: V1 })
  publisher.publish()
  const { files } = publisher
  const older = []
  const codes = new Map()
  let share = 1
  // First the most that is ever answered: memory grows to what that takes, and no further.
  let spoil = () => new Response(new Uint8Array(LARGEST))
  const fetch = async (url, { headers }) => {
    const path = new URL(url).pathname.slice(1)
    const bytes = files.get(path)
    const etag = bytes && `"${publisher.headVersion}-${publisher.snapshotVersion}-${path}"`
    const well = () => {
      if (!bytes) return new Response('', { status: 404 })
      return headers?.['if-none-match'] === etag
        ? new Response(null, { status: 304 })
        : new Response(bytes, { headers: { etag } })
    }
    return spoil && bytes && chance(share) ? spoil(bytes, path) : well()
  }
  const client = createClient({
    source: 'https://flags.test/',
    trust: publisher.trust,
    scope: 'shop/production/server',
    refresh: false,
    now: () => NOW,
    fetch,
  })
  client.on('error', ({ code }) => codes.set(code, (codes.get(code) ?? 0) + 1))
  await client.ready().catch(() => {})
  assert.equal(client.status, 'failed')
  spoil = undefined
  await client.refresh()

  const faults = [
    (bytes) => new Response(bytes.slice(0, below(bytes.length))),
    (bytes) => {
      const other = bytes.slice()
      other[below(bytes.length)] ^= 1 << below(8)
      return new Response(other)
    },
    (bytes) => new Response(new Uint8Array([...bytes, below(256)])),
    (_, path) => new Response(pick(older).get(path) ?? 'gone'),
    () => new Response('<!doctype html><title>Sign in</title>', { headers: { 'content-type': 'text/html' } }),
    () => new Response(new Uint8Array(below(LARGEST))),
    () => new Response('', { status: pick([304, 400, 403, 404, 429, 500, 503]) }),
    () => Promise.reject(new TypeError('fetch failed')),
  ]
  const stranger = [makeSigner()]
  share = 0.7
  let warm
  let highest = 0
  for (let refresh = 1; refresh <= REFRESHES; refresh++) {
    if (chance(0.3)) publish()
    spoil = chance(0.6) && older.length > 0 ? pick(faults) : undefined
    await client.refresh()
    const { version } = client.snapshot
    assert.ok(version >= highest && version <= publisher.snapshotVersion, `version ${version}`)
    highest = version
    assert.ok(['v1', 'v2', 'v3', 'off'].includes(client.value('probe', 'default')))
    if (refresh === WARM_UP) warm = memory()
  }

  spoil = undefined
  publisher.publish({ flags: rules('last') })
  await client.refresh()
  assert.equal(client.value('probe', 'default'), 'last')
  assert.equal(client.value('other', 'default'), 'other')
  assert.equal(client.snapshot.version, publisher.snapshotVersion)
  assert.equal(client.status, 'ready')
  const end = memory()
  const [wasm, heap] = [end.wasm - warm.wasm, end.heap - warm.heap]
  assert.equal(instances.length, 1)
  assert.ok(wasm < 65_536, `the engine's memory grew by ${wasm} bytes`)
  assert.ok(heap < 2 ** 21, `the heap grew by ${heap} bytes`)
  client.close()
  stop()
  const told = [...codes].map(([code, times]) => `${times} ${code}`).sort()
  console.log(told.join(', '))
  console.log(`since refresh ${WARM_UP}: engine ${wasm} bytes more, heap ${Math.round(heap / 1024)} KiB more`)
  console.log(`${REFRESHES} checks`)

  /** Publishes rules, or a kill, or what is not the publisher's to publish and is taken back at the next. */
  function publish() {
    older.push(new Map(files))
    if (older.length > 4) older.shift()
    if (chance(0.2)) {
      publisher.publishHead({ kills: chance(0.5) ? ['probe'] : ['other'] })
    } else if (chance(0.1)) {
      const { headSigners } = publisher
      publisher.headSigners = stranger
      publisher.publishHead({ kills: ['probe'] })
      publisher.headSigners = headSigners
    } else {
      for (const path of files.keys()) if (path.startsWith('snapshot/')) files.delete(path)
      publisher.publish({ flags: pick([V1, V2, V3]) })
    }
  }

  function memory() {
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc')
    for (let round = 0; round < 3; round++) gc()
    const { heapUsed } = process.memoryUsage()
    return { wasm: instances.at(-1).memory.buffer.byteLength, heap: heapUsed }
  }
})
