import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BuildError } from '../../js/build/command.mjs'

const START = '<!-- npm run bench -- --publish writes what follows -->'
const END = '<!-- up to here -->'

/** Puts the lines of a run into the README of this folder, between its two marks. */
export function publish(lines) {
  const file = join(import.meta.dirname, 'README.md')
  const text = readFileSync(file, 'utf8')
  const [from, to] = [text.indexOf(START), text.indexOf(END)]
  if (from < 0 || to < from) throw new BuildError(`${file} does not say where tables go`)
  const body = lines.join('\n').trim()
  writeFileSync(file, `${text.slice(0, from + START.length)}\n\n${body}\n\n${text.slice(to)}`)
}
