import { spawn } from 'node:child_process'

/** Runs a script as forges do: by bash, which ends at the first command that fails. */
export function bash(script, { cwd, env }) {
  const { promise, resolve, reject } = Promise.withResolvers?.() ?? deferred()
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  child.on('error', reject)
  child.on('close', (code) => resolve({ ok: code === 0, code, output }))
  return promise
}

/** The same, and it must be well. */
export async function run(script, place) {
  const { ok, code, output } = await bash(script, place)
  if (!ok) throw new Error(`${script}\nended with ${code}:\n${output}`)
  return output.trim()
}

function deferred() {
  const made = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}
