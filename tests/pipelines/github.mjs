import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { bash, run } from './shell.mjs'

/** What actions do that the workflows name, as far as it is about files. */
const actions = {
  'actions/checkout@v4': async ({ ref, 'fetch-depth': depth }, { cwd, env, remote, github }) => {
    const history = depth === 0 ? '' : '--depth 1'
    // Without a `ref` it is the commit of the event, however long the run waited since.
    const what = ref ?? github.sha ?? github.ref
    await run(
      `git clone --quiet --no-checkout ${history} "file://${remote}" . && git fetch --quiet ${history} origin "${what}"`,
      { cwd, env },
    )
    const branch = ref ?? /^refs\/heads\/(.+)$/.exec(github.ref)?.[1]
    await run(
      branch
        ? `git checkout --quiet -B ${branch} FETCH_HEAD && git branch --quiet --set-upstream-to origin/${branch}`
        : 'git checkout --quiet FETCH_HEAD',
      { cwd, env },
    )
  },
  'actions/upload-artifact@v4': async ({ name, path }, { cwd, artifacts }) => {
    artifacts[name] = readFileSync(join(cwd, path), 'utf8')
  },
}

/**
 * Runs the only job of a workflow in an empty folder, step by step: `github`, `secrets` and `vars` are what expressions may
 * name. Tells which step failed first, if one did.
 */
export async function runWorkflow(text, { cwd, env, remote, github, secrets = {}, vars = {} }) {
  const [job] = Object.values(parse(text).jobs)
  const contexts = { github, secrets, vars }
  const place = {
    cwd,
    remote,
    github,
    artifacts: {},
    env: {
      ...env,
      GITHUB_REPOSITORY: github.repository,
      GITHUB_STEP_SUMMARY: join(cwd, '..', `${basename(cwd)}.md`),
    },
  }
  for (const [name, value] of Object.entries(job.env ?? {})) place.env[name] = filled(String(value), contexts)
  const log = []
  let failed
  for (const step of job.steps) {
    if (!applies(step.if, { failed, cwd })) continue
    const name = step.name ?? step.uses ?? step.run
    if (step.uses) {
      await actions[step.uses](step.with ?? {}, place)
      continue
    }
    const { ok, output } = await bash(filled(step.run, contexts), place)
    log.push(`${name}\n${output}`)
    if (!ok) failed ??= name
  }
  const summary = exists(place.env.GITHUB_STEP_SUMMARY)
    ? readFileSync(place.env.GITHUB_STEP_SUMMARY, 'utf8')
    : ''
  return { failed, artifacts: place.artifacts, summary, log: log.join('\n') }
}

function applies(condition, { failed, cwd }) {
  const file = /^always\(\) && hashFiles\('([\w.]+)'\) != ''$/.exec(condition ?? '')?.[1]
  if (file) return exists(join(cwd, file))
  if (condition === 'always()') return true
  if (condition !== undefined) throw new Error(`a condition that nobody knows: ${condition}`)
  return failed === undefined
}

function exists(path) {
  try {
    readFileSync(path)
    return true
  } catch {
    return false
  }
}

/** A text with its expressions replaced; one that leads nowhere is a slip of the page. */
function filled(text, contexts) {
  return text.replaceAll(/\$\{\{ *([\w.]+) *\}\}/g, (_, path) => {
    const value = path.split('.').reduce((value, name) => value?.[name], contexts)
    if (value === undefined) throw new Error(`nothing is at ${path}`)
    return String(value)
  })
}
