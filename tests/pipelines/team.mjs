import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { programsIn } from './programs.mjs'
import { run } from './shell.mjs'

const POLICY = `
people:
  ana: { email: ana@shop.example, login: ana-at-forge }
  ben: { email: ben@shop.example, login: ben-at-forge }
policy:
  rules:
    - name: more-in-production
      if: { environments: [production], kinds: [increase, new, targeting, salt] }
      require: { approvals: 1 }
`

const SEARCH = `description: Search that knows what people mean
owner: discovery
type: release
risk: low
clientVisible: true
salt: p5r8t1
default: { rollout: launch }
rollouts:
  launch:
    from: off
    to: on
    gate: { minHold: 1h }
    stages: [{ name: first, share: 1 }, { name: tenth, share: 10 }, { name: all, share: 100 }]
environments:
  production: { rollouts: { launch: { status: running, stage: first, enteredAt: 2026-11-20T09:00:00Z, ceiling: 1 } } }
`

/** A project in a repository with a remote of its own, on this machine alone, and a forge that is a file. */
export class Team {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-pipelines-'))
  remote = join(this.folder, 'remote.git')
  work = join(this.folder, 'shop')
  site = join(this.folder, 'site')
  #state = join(this.folder, 'forge.json')
  #places = 0

  static async start(state) {
    const team = new Team()
    team.forge = state
    const path = programsIn(team.folder, team.#state)
    const home = join(team.folder, 'home')
    mkdirSync(home)
    team.env = { PATH: path, HOME: home, LANG: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1' }
    await team.run(
      `git config --global init.defaultBranch main && git config --global user.name ana
      git config --global user.email ana@shop.example
      git init --quiet --bare remote.git && git -C remote.git config receive.advertisePushOptions true
      tidegate init shop && git init --quiet shop && git -C shop remote add origin "file://${team.remote}"
      tidegate keygen --out root && tidegate keygen --out snapshot && tidegate keygen --out head
      mkdir shop/roots
      tidegate root init --project shop --key root/tidegate.key --snapshot-key snapshot/tidegate.pub \
        --head-key head/tidegate.pub --out shop/roots/1.root`,
      team.folder,
    )
    team.write('tidegate.yaml', `${team.read('tidegate.yaml')}${POLICY}`)
    team.write('flags/search.yaml', SEARCH)
    await team.commit('Begin')
    await team.run('git push --quiet --set-upstream origin main')
    return team
  }

  run(script, cwd = this.work) {
    return run(script, { cwd, env: this.env })
  }

  /** What the forge knows. */
  get forge() {
    return JSON.parse(readFileSync(this.#state, 'utf8'))
  }

  set forge(state) {
    writeFileSync(this.#state, JSON.stringify(state))
  }

  /** An empty folder, as each run of a pipeline gets one. */
  place() {
    this.#places += 1
    const place = join(this.folder, `runner-${this.#places}`)
    mkdirSync(place)
    return place
  }

  key(name) {
    return join(this.folder, name, 'tidegate.key')
  }

  read(path) {
    return readFileSync(join(this.work, path), 'utf8')
  }

  write(path, text) {
    mkdirSync(dirname(join(this.work, path)), { recursive: true })
    writeFileSync(join(this.work, path), text)
  }

  commit(message) {
    return this.run(`git add --all && git commit --quiet --message "${message}"`)
  }

  /** From now on the remote takes nothing. */
  refusePushes() {
    const hook = '#!/bin/sh\necho nobody may push >&2\nexit 1\n'
    writeFileSync(join(this.remote, 'hooks', 'pre-receive'), hook, { mode: 0o755 })
  }

  /** What the file of a flag says on the remote's main. */
  onMain(path) {
    return this.run(`git fetch --quiet origin main && git show origin/main:${path}`)
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
