import { statSync } from 'node:fs'
import { measureAlone, median } from './processes.js'
import { makeRuleset } from './ruleset.js'

const COUNTS = [10, 1_000, 10_000, 100_000]

/** Measures Tidegate with few flags and with many: each count in processes of its own, in turns. */
export async function measureScale(frames, shared, { passes, ...protocol }, say) {
  const files = new Map()
  for (const count of COUNTS) {
    say(`a snapshot of ${count} flags`)
    files.set(count, await frames.frameOf(makeRuleset(count - 1)))
  }
  const found = new Map(COUNTS.map((count) => [count, []]))
  for (let pass = 1; pass <= passes; pass++) {
    say(`scaling, pass ${pass} of ${passes}`)
    for (const [flags, payload] of files) {
      found.get(flags).push(await measureAlone('scale-subject.mjs', { payload, flags, protocol, ...shared }))
    }
  }
  return COUNTS.map((flags) => {
    const payloadBytes = statSync(files.get(flags)).size
    const of = (name) => median(found.get(flags).map((sample) => sample[name]))
    const figures = Object.fromEntries(Object.keys(found.get(flags)[0]).map((name) => [name, of(name)]))
    return {
      flags,
      payloadBytes,
      ...figures,
      memoryToPayload: (figures.heapBytes + figures.externalBytes) / payloadBytes,
    }
  })
}
