import { openLoops } from './loops.js'
import { FLAG, makeUsers } from './ruleset.js'

/**
 * Nanoseconds of one call in each round, for each case of a subject, and beside each those of the floor in the round next to it.
 *
 * The floor has loops of its own, so that what the compiler learns from one evaluator does not slow the other down.
 */
export async function measureCases(evaluator, floor, cases, protocol) {
  const { openLoops: openOthers } = await import('./loops.js?floor')
  const [loops, others] = [openLoops(evaluator, FLAG), openOthers(floor, FLAG)]
  const { input = (user) => user } = evaluator
  const { timed } = makeUsers()
  const inputs = timed.map(input)
  const measured = {}
  for (const name of cases) {
    const [own, floors] = await measureRounds(
      [(count) => loops[name](inputs, count), (count) => others[name](timed, count)],
      protocol,
    )
    measured[name] = { ns: own, floorNs: floors }
  }
  return measured
}

/** Nanoseconds of one call of each `run(1)`, once for each round, in turns; `run(count)` makes many calls. */
export async function measureRounds(runs, { rounds, warmUpMs, roundMs }) {
  const counts = []
  for (const run of runs) counts.push(await warmUp(run, warmUpMs, roundMs))
  const nanoseconds = runs.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, run] of runs.entries()) {
      const begun = process.hrtime.bigint()
      await run(counts[index])
      nanoseconds[index].push(Number(process.hrtime.bigint() - begun) / counts[index])
    }
  }
  return nanoseconds
}

/** How many calls make a round. */
async function warmUp(run, warmUpMs, roundMs) {
  let count = 1
  const started = performance.now()
  while (performance.now() - started < warmUpMs) {
    const begun = performance.now()
    await run(count)
    const took = performance.now() - begun
    if (took < roundMs) count = Math.ceil(count * Math.min(8, Math.max(1.1, roundMs / Math.max(took, 0.001))))
    else if (took > roundMs * 2) count = Math.ceil(count / 2)
  }
  return count
}
