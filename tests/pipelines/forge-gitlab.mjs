import { readFileSync, writeFileSync } from 'node:fs'
import { fail } from './jq.mjs'

/** `curl …`, as far as the pipeline uses it, from and to a file with the forge's state. */
export async function main(args, path) {
  const asked = { method: 'GET' }
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]
    if (arg === '--header') asked.token = /^PRIVATE-TOKEN: (.+)$/.exec(args[++at])?.[1]
    else if (arg === '--request') asked.method = args[++at]
    else if (arg === '--data-urlencode') asked.body = readFileSync(/^body@(.+)$/.exec(args[++at])[1], 'utf8')
    else if (arg === '--output') asked.output = args[++at]
    else if (['--silent', '--show-error', '--fail'].includes(arg)) asked[arg.slice(2)] = true
    else if (arg.startsWith('-')) fail(`curl: no option ${arg}`)
    else asked.url = arg
  }
  if (asked.token !== process.env.API_TOKEN || !asked.fail) fail('curl: (22) HTTP 401')
  const state = JSON.parse(readFileSync(path, 'utf8'))
  const text = JSON.stringify(answerOf(state, asked))
  writeFileSync(path, JSON.stringify(state))
  if (asked.output === undefined) console.log(text)
  else writeFileSync(asked.output, text)
}

function answerOf(state, { method, url, body }) {
  const { request, comments } = state
  const last = 'https://gitlab.example/api/v4/projects/7/jobs/artifacts/main/raw/report.json?job=publish'
  if (method === 'GET' && url === last) return state.report ?? fail('curl: (22) HTTP 404')
  const at = (path) => url === `https://gitlab.example/api/v4/projects/7/merge_requests/${request.iid}${path}`
  if (method === 'GET' && at('')) return request
  if (method === 'GET' && at('/approvals')) return { approved_by: state.approvals }
  if (method === 'GET' && at('/notes?per_page=100')) return comments
  if (method === 'POST' && at('/notes')) {
    comments.push({ id: 100 + comments.length, body })
    return {}
  }
  const edited = comments.find(({ id }) => at(`/notes/${id}`))
  if (method === 'PUT' && edited) {
    edited.body = body
    return {}
  }
  return fail(`curl: (22) ${method} ${url}: HTTP 404`)
}
