import { BuildError, main } from '../js/build/command.mjs'
import { setUp } from '../js/build/setup.mjs'
import { requirePrograms } from './programs.mjs'
import { execute, findingIn } from './step.mjs'
import { steps } from './steps.mjs'

// npm test               runs every step and stops at the first that fails
// npm test -- NAME…      runs the named steps
// npm test -- --list     names the steps
await main(async () => {
  const names = process.argv.slice(2)
  if (names.includes('--list')) return console.log(steps.map((step) => step.name).join('\n'))
  const unknown = names.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length > 0) throw new BuildError(`no such step: ${unknown.join(', ')}; --list names them`)
  const chosen = steps.filter((step) => names.length === 0 || names.includes(step.name))
  requirePrograms(chosen)
  await setUp()

  const started = performance.now()
  let passed = 0
  for (const step of chosen) {
    const { ok, output, seconds } = await execute(step)
    report(ok ? 'ok' : 'FAILED', step.name, seconds, ok ? findingIn(output) : '')
    if (!ok) {
      console.log(`\n${output.trim()}\n\nThe step failed: ${step.run.join(' ')}`)
      console.log(`${passed} passed, 1 failed`)
      process.exitCode = 1
      return
    }
    passed += 1
  }
  report('', 'all', (performance.now() - started) / 1_000)
  console.log(`${passed} passed, 0 failed`)
})

function report(verdict, name, seconds, finding = '') {
  console.log(
    `${verdict.padEnd(7)} ${name.padEnd(16)} ${seconds.toFixed(1).padStart(6)} s  ${finding}`.trimEnd(),
  )
}
