import { parseArgs } from 'node:util'
import { BuildError, main } from '../../js/build/command.mjs'
import { buildFuzzers } from './cargo-fuzz.mjs'
import { fuzz } from './fuzz.mjs'
import { targets } from './targets.mjs'

// node tests/fuzz/run.mjs [TARGET…] [--seconds 30] [--jobs 2] [--sanitizer none]
await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '30' },
      jobs: { type: 'string', default: '2' },
      sanitizer: { type: 'string', default: 'none' },
    },
  })
  const unknown = positionals.filter((name) => !(name in targets))
  if (unknown.length > 0) {
    throw new BuildError(
      `no such target: ${unknown.join(', ')}; there are ${Object.keys(targets).join(', ')}`,
    )
  }
  const chosen = positionals.length > 0 ? positionals : Object.keys(targets)
  const [seconds, jobs] = [values.seconds, values.jobs].map(wholeNumber)

  const started = performance.now()
  const programs = await buildFuzzers(values.sanitizer)
  console.log(`built in ${((performance.now() - started) / 1_000).toFixed(0)} s`)
  const waiting = [...chosen]
  let executed = 0
  const worker = async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      const { executions, covered, megabytes } = await fuzz(target, programs, seconds)
      executed += executions
      console.log(
        `${target.padEnd(9)} ${executions.toLocaleString('en').padStart(11)} inputs  ${covered} edges  ${megabytes} MB`,
      )
    }
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  console.log(`${executed.toLocaleString('en')} tests of ${chosen.length} targets, ${seconds} s each`)
})

function wholeNumber(text) {
  if (!/^[1-9]\d*$/.test(text)) throw new BuildError(`expected a whole number from 1 on, not ${text}`)
  return Number(text)
}
