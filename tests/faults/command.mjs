import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root, target } from '../../js/build/paths.mjs'

/** The `tidegate` command, built unless the environment says where it is. */
export const tidegate = process.env.TIDEGATE_BINARY ?? build()

function build() {
  execFileSync('cargo', ['build', '--quiet', '--features', 'cli'], { cwd: root, stdio: 'inherit' })
  return join(target, 'debug', 'tidegate')
}

/** Runs the command to its end. Rejects unless that is well. */
export async function run(cwd, ...args) {
  const child = start(cwd, ...args)
  let told = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (told += chunk))
  const code = await ended(child)
  if (code !== 0) throw new Error(`tidegate ${args.join(' ')} ended with ${code}\n${told}`)
  return told
}

/** Starts the command. */
export function start(cwd, ...args) {
  return spawn(tidegate, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** The exit code, or the signal that ended it. */
export function ended(child) {
  const { exitCode, signalCode } = child
  if (exitCode !== null || signalCode !== null) return Promise.resolve(signalCode ?? exitCode)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(signal ?? code))
  })
}

/** Starts a script of this folder, behind a piece of shell if there is one. */
export function spawnNode(script, args, { shell } = {}) {
  const line = [process.execPath, fileURLToPath(new URL(script, import.meta.url)), ...args]
  const [program, ...rest] = shell ? ['sh', '-c', `${shell} "$@"`, 'sh', ...line] : line
  return spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
}
