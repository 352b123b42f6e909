import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, jq } from './jq.mjs'

/** `gh api …` and `gh run …`, as far as the workflows use them, from and to a file with the forge's state. */
export async function main([command, ...args], path) {
  if (!process.env.GH_TOKEN) fail('gh: there is no token')
  const { named, words } = options(args)
  const state = JSON.parse(readFileSync(path, 'utf8'))
  const asked = { method: 'GET', ...named, endpoint: words[0] }
  const answer = command === 'run' ? ranBefore(state, words, named) : answerOf(state, asked)
  writeFileSync(path, JSON.stringify(state))
  if (named.silent || answer === undefined) return
  const text = JSON.stringify(named.slurp ? [answer] : answer)
  console.log(named.jq ? await jq(text, named.jq, ['-r']) : text)
}

const flags = ['--paginate', '--slurp', '--silent']
const settings = [
  '--method',
  '--jq',
  '--field',
  '--workflow',
  '--branch',
  '--status',
  '--limit',
  '--json',
  '--name',
  '--dir',
]

function options(args) {
  const [named, words] = [{}, []]
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]
    if (flags.includes(arg)) named[arg.slice(2)] = true
    else if (settings.includes(arg)) named[arg.slice(2)] = args[++at]
    else if (arg.startsWith('-')) fail(`gh: no option ${arg}`)
    else words.push(arg)
  }
  return { named, words }
}

/** `gh run list`, of which the last that was well is asked for, and `gh run download`. */
function ranBefore(state, [what, id], { workflow, branch, status, limit, json, name, dir }) {
  const runs = state.runs[workflow] ?? []
  if (
    what === 'list' &&
    branch === 'main' &&
    status === 'success' &&
    limit === '1' &&
    json === 'databaseId'
  ) {
    return runs.slice(-1).map((run) => ({ databaseId: run.id }))
  }
  const all = Object.values(state.runs).flat()
  const artifact = all.find((run) => String(run.id) === id)?.artifacts[name]
  if (what !== 'download' || artifact === undefined) fail(`gh: run ${what} ${id} ${name}: not found`)
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, `${name}.json`), artifact)
}

function answerOf(state, { method, endpoint, field }) {
  const { repository, pull, comments } = state
  const at = (path) => endpoint === `repos/${repository}/${path}`
  const body = () => readFileSync(/^body=@(.+)$/.exec(field)[1], 'utf8')
  if (method === 'GET' && at(`pulls/${pull.number}`)) return pull
  if (method === 'GET' && at(`pulls/${pull.number}/reviews`)) return state.reviews
  if (method === 'GET' && at(`issues/${pull.number}/comments`)) return comments
  if (method === 'POST' && at(`issues/${pull.number}/comments`)) {
    comments.push({ id: 100 + comments.length, body: body() })
    return {}
  }
  const edited = comments.find(({ id }) => at(`issues/comments/${id}`))
  if (method === 'PATCH' && edited) {
    edited.body = body()
    return {}
  }
  return fail(`gh: ${method} ${endpoint} is not known (HTTP 404)`)
}
