import { readFileSync } from 'node:fs'
import { median } from './processes.js'
import { measureRounds } from './rounds.js'
import { FLAG, featureKey, makeRuleset, makeUsers } from './ruleset.js'
import * as floor from './subjects/floor.js'

const { payload, flags: count, entry, trust, scope, protocol } = JSON.parse(process.argv[2])

// node --expose-gc scale-subject.mjs JSON: what one number of flags costs; prints JSON.
const bootstrap = readFileSync(payload)
const [, user] = makeUsers().timed
let memory
const { Instance } = WebAssembly
// The package keeps its memory to itself; what it is made of passes here.
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given)
    memory = this.exports.memory
  }
}

const { createClient } = await import(entry)
const before = await settledUsage()
const begun = performance.now()
const client = createClient({ bootstrap, trust, scope })
await client.ready()
const readyMs = performance.now() - begun
client.value(FLAG, false, user)
const after = await settledUsage()
const wasmBytes = memory.buffer.byteLength

const keys = [
  FLAG,
  ...Array.from({ length: Math.min(count, 1_000) - 1 }, (_, number) => featureKey(spread(number))),
]
if (!keys.every((key) => client.details(key, false, user).reason === 'SPLIT'))
  throw new Error('a flag is not decided')
let kept
const reference = await floor.open(floor.write(makeRuleset()))
const [sameNs, anyNs, floorNs] = await measureRounds(
  [
    (times) => {
      for (let index = 0; index < times; index++) kept = client.value(FLAG, false, user)
    },
    (times) => {
      let next = 0
      for (let index = 0; index < times; index++) {
        kept = client.value(keys[next], false, user)
        if (++next === keys.length) next = 0
      }
    },
    (times) => {
      for (let index = 0; index < times; index++) kept = reference.one(user, FLAG)
    },
  ],
  protocol,
)
if (typeof kept !== 'boolean') throw new Error(`the last answer is ${kept}`)
process.stdout.write(
  JSON.stringify({
    readyMs,
    heapBytes: after.heapUsed - before.heapUsed,
    externalBytes: after.external - before.external,
    wasmBytes,
    sameNs: median(sameNs),
    anyNs: median(anyNs),
    sameToFloor: median(sameNs.map((nanoseconds, round) => nanoseconds / floorNs[round])),
    anyToFloor: median(anyNs.map((nanoseconds, round) => nanoseconds / floorNs[round])),
  }),
)
process.exit()

/** Up to 1,000 flags from all over the snapshot. */
function spread(number) {
  return 1 + Math.floor((number * (count - 1)) / (Math.min(count, 1_000) - 1))
}

/** Memory after what earlier work left was collected; code that is no longer run goes only after some collections. */
async function settledUsage() {
  for (let times = 0; times < 12; times++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    globalThis.gc()
  }
  return process.memoryUsage()
}
