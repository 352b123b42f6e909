import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { bash, run } from './shell.mjs'

/** Runs one job of a pipeline in an empty folder, step by step. `ref` is what a runner checks out. */
export async function runJob(text, name, { cwd, env, remote, ref, variables }) {
  const pipeline = parse(text)
  const job = pipeline[name]
  const place = { cwd, env: { ...env } }
  const declared = { ...pipeline.variables, ...job.variables }
  Object.assign(place.env, variables)
  for (const [key, value] of Object.entries(declared)) place.env[key] = expanded(String(value), place.env)
  await run(
    `git clone --quiet "file://${remote}" . && git fetch --quiet origin "${ref}" && git checkout --quiet --detach FETCH_HEAD`,
    place,
  )
  const before = job.before_script ?? pipeline.default.before_script
  // One shell for all, as a runner has it; another for what comes after.
  const { ok, output } = await bash([...before, ...job.script].flat().join('\n'), place)
  // GitLab calls no job a failure for what fails there.
  const after = await bash((job.after_script ?? []).flat().join('\n'), place)
  const artifacts = {}
  for (const path of ok ? (job.artifacts?.paths ?? []) : [])
    artifacts[path] = readFileSync(join(cwd, path), 'utf8')
  return { ok, artifacts, log: `${output}\n${after.output}` }
}

function expanded(text, variables) {
  return text.replaceAll(/\$(\w+)/g, (_, name) => {
    if (!(name in variables)) throw new Error(`there is no variable ${name}`)
    return variables[name]
  })
}
