import { measureAlone, median } from './processes.js'

/**
 * Measures calls: the subjects take turns, a process each, for several passes, so that the machine's moods reach all alike.
 *
 * Returns for each subject and case the medians of each pass: nanoseconds, and the ratio to the floor in neighbouring rounds.
 */
export async function measureCalls(subjects, { prepared, floorPayload }, protocol, say) {
  const found = new Map(
    subjects.map(({ name, cases }) => [name, Object.fromEntries(cases.map((of) => [of, []]))]),
  )
  for (let pass = 1; pass <= protocol.passes; pass++) {
    say(`calls, pass ${pass} of ${protocol.passes}`)
    for (const { name: subject, module, cases } of subjects) {
      const rounds = await measureAlone('subject.mjs', {
        task: 'warm',
        ...prepared.get(subject),
        floorPayload,
        module,
        subject: { name: subject, cases },
        protocol,
      })
      for (const of of cases) {
        const { ns, floorNs } = rounds[of]
        const ratios = ns.map((nanoseconds, round) => nanoseconds / floorNs[round])
        found.get(subject)[of].push({ ns: median(ns), toFloor: median(ratios) })
      }
    }
  }
  return found
}

/** The medians over the passes, with the ratios to the peer that is fastest in each case. */
export function summariseCalls(found, peers) {
  const calls = {}
  for (const [name, cases] of found) {
    calls[name] = {}
    for (const [of, passes] of Object.entries(cases)) {
      const [ns, toFloor] = ['ns', 'toFloor'].map((figure) => median(passes.map((pass) => pass[figure])))
      calls[name][of] = { ns, toFloor, passes }
    }
  }
  const fastestPeers = {}
  for (const of of ['same', 'rotating', 'many']) {
    const asked = peers.filter((peer) => calls[peer]?.[of])
    if (asked.length === 0) continue
    const ratio = (name) => calls[name][of].toFloor
    const peer = asked.reduce((best, other) => (ratio(other) < ratio(best) ? other : best))
    fastestPeers[of] = peer
    for (const cases of Object.values(calls)) {
      if (cases[of]) cases[of].toPeer = cases[of].toFloor / ratio(peer)
    }
  }
  return { calls, fastestPeers }
}

/** The ratios to the floor of all subjects but the hand-written ones, which are the measure. */
export function ratiosOf(calls) {
  return Object.fromEntries(
    Object.entries(calls)
      .filter(([name]) => !name.startsWith('floor'))
      .map(([name, cases]) => [
        name,
        Object.fromEntries(Object.entries(cases).map(([of, { toFloor }]) => [of, toFloor])),
      ]),
  )
}
