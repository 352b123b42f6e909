import { readFileSync } from 'node:fs'
import { median } from './processes.js'
import { measureRounds } from './rounds.js'
import { FLAG, makeUsers } from './ruleset.js'

const { payload, entry, trust, scope, protocol } = JSON.parse(process.argv[2])

// node --expose-gc anatomy-subject.mjs JSON: what flags that differ in one thing cost, asked in different ways; prints JSON.
const { createClient } = await import(entry)
const client = createClient({ bootstrap: readFileSync(payload), trust, scope })
await client.ready()
const [, user] = makeUsers().timed
const bound = client.bind(user)
const wasm = readFileSync(new URL('node_modules/tidegate/dist/runtime.wasm', entry))
const { room } = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports

const asked = { call: () => room(), details: () => bound.details(FLAG, false) }
for (const key of ['missing', 'constant', 'condition', FLAG]) {
  asked[`bound.${key}`] = () => bound.value(key, false)
  asked[`fresh.${key}`] = () => client.value(key, false, user)
}
if (client.value('condition', false, user) !== true) throw new Error('the condition does not hold')
if (client.details(FLAG, false, user).reason !== 'SPLIT') throw new Error('the hash does not decide')

let kept
const rounds = await measureRounds(Object.values(asked).map(loopOf), protocol)
if (kept === undefined) throw new Error('nothing was answered')
const found = Object.keys(asked).map((name, index) => [name, median(rounds[index])])
process.stdout.write(JSON.stringify(Object.fromEntries(found)))
process.exit()

/** A loop of its own for each, so that the compiler sees one thing asked in it. */
function loopOf(ask) {
  const text = 'let kept; for (let index = 0; index < count; index++) kept = ask(); return kept'
  const run = new Function('ask', 'count', text)
  return (count) => {
    kept = run(ask, count)
  }
}
