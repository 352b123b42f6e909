import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { tidegate } from '../faults/command.mjs'

const here = (name) => new URL(name, import.meta.url).href

/**
 * A folder of programs in place of those that would install something or ask a forge: `gh` and `curl` answer from the
 * state in a file, `jq` is jq itself as WebAssembly, and `cargo` and `apt-get` find that all is there.
 */
export function programsIn(folder, state) {
  const programs = join(folder, 'programs')
  mkdirSync(programs, { recursive: true })
  const add = (name, text) => {
    writeFileSync(join(programs, name), text)
    chmodSync(join(programs, name), 0o755)
  }
  for (const name of ['cargo', 'apt-get']) add(name, '#!/bin/sh\nexit 0\n')
  for (const [name, module] of [
    ['jq', './jq.mjs'],
    ['gh', './forge-github.mjs'],
    ['curl', './forge-gitlab.mjs'],
  ]) {
    writeFileSync(
      join(programs, `${name}.mjs`),
      `import { main } from '${here(module)}'\nawait main(process.argv.slice(2), '${state}')\n`,
    )
    add(name, `#!/bin/sh\nexec "${process.execPath}" "${join(programs, `${name}.mjs`)}" "$@"\n`)
  }
  symlinkSync(tidegate, join(programs, 'tidegate'))
  return [programs, process.env.PATH].join(delimiter)
}
