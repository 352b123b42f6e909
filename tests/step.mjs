import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { root } from '../js/build/paths.mjs'

const programPath = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)

/** Output is kept and searched, so it should be without colours. */
const plain = { TERM: 'dumb', NO_COLOR: '1', FORCE_COLOR: undefined, CARGO_TERM_COLOR: 'never' }

/** Runs one step to its end: whether it passed, all that it wrote, and how long it took. */
export function execute({ run: [program, ...args], env = {} }) {
  const started = performance.now()
  return new Promise((resolve) => {
    let output = ''
    const done = (ok) => resolve({ ok, output, seconds: (performance.now() - started) / 1_000 })
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...plain, PATH: programPath, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
      })
    }
    child.on('error', (cause) => {
      output += `cannot start ${program}: ${cause.message}`
      done(false)
    })
    child.on('close', (code) => done(code === 0))
  })
}

/** What a step found, in a few words: how many tests cargo or vitest ran, or else the last count that it printed. */
export function findingIn(output) {
  const counts = [...output.matchAll(/^(?:test result: ok\.|\s*Tests\s).*?(\d+) passed/gm)].map((match) =>
    Number(match[1]),
  )
  if (counts.length > 0) return `${counts.reduce((sum, count) => sum + count, 0).toLocaleString('en')} tests`
  return output.split('\n').findLast((line) => /^\d[\d,]* (cases|units|checks|tests)\b/.test(line)) ?? ''
}
