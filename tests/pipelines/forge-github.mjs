import { readFileSync, writeFileSync } from 'node:fs'
import { fail, jq } from './jq.mjs'

/** `gh api …`, as far as the workflows use it, from and to a file with the forge's state. */
export async function main([command, ...args], path) {
  if (command !== 'api' || !process.env.GH_TOKEN) fail('gh: expected `api` and a token')
  const asked = { method: 'GET' }
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]
    if (['--method', '--jq', '--field'].includes(arg)) asked[arg.slice(2)] = args[++at]
    else if (['--paginate', '--slurp', '--silent'].includes(arg)) asked[arg.slice(2)] = true
    else if (arg.startsWith('-')) fail(`gh: no option ${arg}`)
    else asked.endpoint = arg
  }
  const state = JSON.parse(readFileSync(path, 'utf8'))
  const answer = answerOf(state, asked)
  writeFileSync(path, JSON.stringify(state))
  if (asked.silent) return
  const text = JSON.stringify(asked.slurp ? [answer] : answer)
  console.log(asked.jq ? await jq(text, asked.jq, ['-r']) : text)
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
