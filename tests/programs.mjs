import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { BuildError } from '../js/build/command.mjs'

/** How to get each program that a step may need and that no registry package brings. */
const sources = {
  cargo: 'install Rust with rustup',
  chromium: 'apt-get install --yes chromium',
  openssl: 'apt-get install --yes openssl',
}

/** Fails before the first step, not after minutes, when the machine lacks a program. */
export function requirePrograms(steps) {
  const needed = new Set(
    steps.flatMap((step) => [...(step.needs ?? []), ...(step.run[0] === 'cargo' ? ['cargo'] : [])]),
  )
  const missing = [...needed].filter((program) => !isInstalled(program))
  if (missing.length > 0) {
    throw new BuildError(missing.map((program) => `${program} is missing: ${sources[program]}`).join('\n'))
  }
}

function isInstalled(program) {
  return process.env.PATH.split(delimiter).some((folder) => existsSync(join(folder, program)))
}
