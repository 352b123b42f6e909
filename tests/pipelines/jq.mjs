import { readFileSync } from 'node:fs'
import { raw } from 'jq-wasm'

const flags = { '--slurp': '-s', '--raw-output': '-r' }

/** `jq [--slurp] [--raw-output] FILTER` from standard input to standard output. */
export async function main(args) {
  const filter = args.find((arg) => !arg.startsWith('-'))
  const given = args.filter((arg) => arg !== filter).map((arg) => flags[arg] ?? fail(`jq: no option ${arg}`))
  console.log(await jq(readFileSync(0, 'utf8'), filter, given))
}

/** What a filter makes of a text. */
export async function jq(text, filter, given = []) {
  const told = await raw(text, filter, given)
  const { stdout, stderr } = typeof told === 'string' ? { stdout: told } : told
  if (stderr) fail(`jq: ${stderr}`)
  return stdout
}

/** Ends the program as one that failed. */
export function fail(why) {
  console.error(why)
  process.exit(5)
}
