import { spawn } from 'node:child_process'
import { root } from './paths.mjs'

/** An expected failure: its message is all that the person who typed the command needs. */
export class BuildError extends Error {}

/**
 * Runs a program to its end and returns what it wrote to standard output.
 *
 * Output is shown as it comes, unless `quiet` keeps it back until the program fails. A program that cannot be
 * started, or that ends with anything but 0, is a `BuildError`.
 */
export function command(program, args, { cwd = root, env = {}, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    })
    let output = ''
    let everything = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
      everything += chunk
    })
    child.stderr?.on('data', (chunk) => {
      everything += chunk
    })
    const line = [program, ...args].join(' ')
    child.on('error', (cause) =>
      reject(new BuildError(`cannot start ${program}: ${cause.message}`, { cause })),
    )
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output)
      else reject(new BuildError(`${everything}\n${line} ended with ${signal ?? `exit code ${code}`}`))
    })
  })
}

/** Runs a script's work, and ends the process with a plain message when it fails as it may. */
export async function main(work) {
  try {
    await work()
  } catch (error) {
    console.error(error instanceof BuildError ? `\n${error.message.trim()}` : error)
    process.exitCode = 1
  }
}
