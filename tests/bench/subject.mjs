import { readFileSync } from 'node:fs'

/** Milliseconds from the start of the process to here: Node's own start-up, and none of the subject's. */
const startUpMs = performance.now()

const {
  task,
  module,
  payload: file,
  subject,
  options,
  protocol,
  idle = false,
  floorPayload,
} = JSON.parse(process.argv[2])

// node [--expose-gc] subject.mjs JSON: one subject in one process; prints what it measured as JSON.
const { open, asynchronous = false } = await import(module)
const payload = readFileSync(file)
const given = file.endsWith('.json') ? payload.toString() : payload
const tasks = { cold, memory, warm }
process.stdout.write(JSON.stringify(await tasks[task]()))
process.exit()

/** From right before the import of the evaluator until its first answer. */
async function cold() {
  const { FLAG, makeUser } = await import('./ruleset.js')
  const user = makeUser()
  const begun = performance.now()
  const { input = (whole) => whole, one } = await open(given, options)
  const answer = await one(input(user), FLAG)
  const firstAnswerMs = performance.now() - begun
  if (typeof answer !== 'boolean') throw new Error(`the first answer is ${answer}`)
  return { firstAnswerMs, startUpMs }
}

/** What is in memory after import, set-up and the first answer, in bytes; or without these, to be taken off. */
async function memory() {
  const { FLAG, makeUser } = await import('./ruleset.js')
  const user = makeUser()
  const evaluator = idle ? undefined : await open(given, options)
  if (evaluator) {
    const { input = (whole) => whole, one } = evaluator
    await one(input(user), FLAG)
  }
  // Code that is no longer run goes only after some collections.
  for (let times = 0; times < 12; times++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    globalThis.gc()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  if (!idle && !evaluator) throw new Error('nothing is kept')
  return { heapBytes: heapUsed, externalBytes: external, residentBytes: rss }
}

/** Times of single calls in turns with the floor's, after the answers were checked. */
async function warm() {
  const [{ checkAnswers }, { measureCases }, floor] = await Promise.all([
    import('./check.js'),
    import('./rounds.js'),
    import('./subjects/floor.js'),
  ])
  const evaluator = await open(given, options)
  await checkAnswers(evaluator, subject)
  const reference = await floor.open(readFileSync(floorPayload, 'utf8'))
  return measureCases({ ...evaluator, asynchronous }, reference, subject.cases, protocol)
}
