import { spawn } from 'node:child_process'
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { BuildError } from '../../js/build/command.mjs'
import { root } from '../../js/build/paths.mjs'
import { work } from './cargo-fuzz.mjs'
import { dictionaryIn } from './dictionary.mjs'
import { targets } from './targets.mjs'

const MEGABYTES = 2_048
const SECONDS_AN_INPUT = 10

/**
 * Runs one fuzzer for some seconds, from what is committed, what is made anew and what earlier runs found, and returns what
 * it says at the end. What makes it fail is kept, and named by the error.
 */
export async function fuzz(target, programs, seconds) {
  const { longest, dictionary, longAtOnce } = targets[target]
  const folder = join(work, target)
  const [found, seeds, failures] = ['found', 'seeds', 'failures'].map((name) => join(folder, name))
  for (const made of [found, seeds, failures]) mkdirSync(made, { recursive: true })
  const committed = join(import.meta.dirname, 'corpus', target)
  const options = {
    max_total_time: seconds,
    max_len: longest,
    len_control: longAtOnce ? 0 : 100,
    rss_limit_mb: MEGABYTES,
    timeout: SECONDS_AN_INPUT,
    artifact_prefix: `${failures}/`,
    print_final_stats: 1,
    ...(dictionary && { dict: dictionaryIn(folder, dictionary) }),
  }
  const args = [found, seeds, ...(existsSync(committed) ? [committed] : [])]
  const log = join(folder, 'log')
  const flags = Object.entries(options).map(([name, value]) => `-${name}=${value}`)
  const code = await logged(join(programs, target), [...args, ...flags], seeds, log)
  const output = readFileSync(log, 'utf8')
  if (code !== 0) throw new BuildError(failure(target, output, join(programs, target), log))
  return summary(output)
}

/** Runs a fuzzer to its end; all that it writes goes into a file. */
function logged(program, args, seeds, log) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, TIDEGATE_FUZZ_SEEDS: seeds },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const file = createWriteStream(log)
    child.stderr.pipe(file)
    child.on('error', reject)
    child.on('close', (code) => file.end(() => resolve(code)))
  })
}

function summary(output) {
  const statistic = (name) => Number(new RegExp(`stat::${name}:\\s+(\\d+)`).exec(output)?.[1] ?? Number.NaN)
  const covered = [...output.matchAll(/cov: (\d+)/g)].at(-1)?.[1]
  const executions = statistic('number_of_executed_units')
  if (!(executions > 0)) throw new BuildError('a fuzzer ended without having executed anything')
  return { executions, covered: Number(covered), megabytes: statistic('peak_rss_mb') }
}

function failure(target, output, program, log) {
  const kept = /Test unit written to (\S+)/.exec(output)?.[1]
  const panic = /panicked at [^\n]*\n[^\n]*/.exec(output)?.[0] ?? /ERROR: [^\n]*/.exec(output)?.[0]
  const lines = [`${target}: ${panic ?? 'the fuzzer failed'}`, `the whole log: ${relative(root, log)}`]
  if (kept) {
    lines.push(`again: ${relative(root, program)} ${relative(root, kept)}`)
    lines.push(`the input in base64: ${readFileSync(kept).toString('base64').slice(0, 12_000)}`)
  }
  return lines.join('\n')
}
