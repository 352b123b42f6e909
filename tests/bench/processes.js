import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { BuildError } from '../../js/build/command.mjs'

const run = promisify(execFile)

/** Runs a module of this folder in a process of its own, with `input` as JSON, and returns the JSON that it prints. */
export async function measureAlone(module, input) {
  const args = ['--expose-gc', join(import.meta.dirname, module), JSON.stringify(input)]
  try {
    const { stdout } = await run(process.execPath, args, { maxBuffer: 16 * 1024 ** 2 })
    return JSON.parse(stdout)
  } catch (cause) {
    const subject = input.subject?.name ?? module
    throw new BuildError(`${subject} failed:\n${cause.stderr || cause.message}`, { cause })
  }
}

export function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
