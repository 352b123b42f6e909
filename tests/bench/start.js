import { measureAlone, median } from './processes.js'

/**
 * Measures import, set-up and first answer, and what stays in memory beyond that of a process that only has the payload, each in
 * fresh processes; the subjects take turns.
 *
 * Returns medians for each subject, and Node's own start-up, which is in none of them.
 */
export async function measureStart(subjects, prepared, { starts, memories }, say) {
  const whole = subjects.filter((subject) => subject.whole)
  const found = new Map(whole.map(({ name }) => [name, { firstAnswerMs: [], startUpMs: [], memory: [] }]))
  const measure = ({ name, module }, task, idle = false) =>
    measureAlone('subject.mjs', { task, idle, ...prepared.get(name), module, subject: { name } })
  for (let time = 1; time <= starts; time++) {
    say(`start, ${time} of ${starts}`)
    for (const subject of whole) {
      const { firstAnswerMs, startUpMs } = await measure(subject, 'cold')
      found.get(subject.name).firstAnswerMs.push(firstAnswerMs)
      found.get(subject.name).startUpMs.push(startUpMs)
      if (time > memories) continue
      const [used, without] = [await measure(subject, 'memory'), await measure(subject, 'memory', true)]
      found
        .get(subject.name)
        .memory.push(Object.fromEntries(Object.keys(used).map((kind) => [kind, used[kind] - without[kind]])))
    }
  }
  const startUps = [...found.values()].flatMap(({ startUpMs }) => startUpMs)
  return {
    nodeStartUpMs: median(startUps),
    subjects: Object.fromEntries(
      [...found].map(([name, { firstAnswerMs, memory }]) => [
        name,
        {
          firstAnswerMs: median(firstAnswerMs),
          samplesMs: firstAnswerMs,
          heapBytes: median(memory.map(({ heapBytes }) => heapBytes)),
          externalBytes: median(memory.map(({ externalBytes }) => externalBytes)),
          residentBytes: median(memory.map(({ residentBytes }) => residentBytes)),
        },
      ]),
    ),
  }
}
