import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileStore } from '../../../js/dist/files.js'
import { ended, run, spawnNode, start } from '../command.mjs'
import { rules, V2 } from '../scenario.mjs'

const wait = (duration) => new Promise((resolve) => setTimeout(resolve, duration))

/** Processes that end in the middle of something. */
export const processes = [
  {
    name: 'service killed during publish',
    // Whatever was there: the old rules, or all of the new ones. What was told is of publications that were half there.
    expects: { newcomer: 'v1 STATIC ready' },
    async run(scenario) {
      const folder = scenario.folder()
      const write = (text, salt) => {
        for (const [key, flag] of Object.entries(rules(text))) {
          const file = { ...flag, salt: `${salt}${key}`, environments: { production: {} } }
          writeFileSync(join(folder, 'shop', 'flags', `${key}.yaml`), JSON.stringify(file))
        }
      }
      mkdirSync(join(folder, 'shop', 'flags'), { recursive: true })
      const project = { project: 'shop', environments: ['production'] }
      writeFileSync(join(folder, 'shop', 'tidegate.yaml'), JSON.stringify(project))
      await run(folder, 'keygen', '--out', 'keys')
      const key = join('keys', 'tidegate.key')
      const publish = ['publish', '--project', 'shop', '--to', 'out', '--key', key, '--audience', 'server']
      write('v1', 's')
      const began = performance.now()
      await run(folder, ...publish)
      let whole = performance.now() - began

      const out = join(folder, 'out', 'production', 'server')
      const files = { get: (path) => readIfThere(join(out, path)) }
      const { source } = await scenario.origin(files)
      const trust = readFileSync(join(folder, 'keys', 'tidegate.pub'), 'utf8').trim()
      const options = { trust, now: Date.now }
      const visitor = await scenario.visit({ source }, options)
      scenario.note('before', visitor)
      let killed = 0
      for (let part = 0; killed < 12; part++) {
        assert.ok(part < 100, `only ${killed} of 100 were killed`)
        // Other rules with the same values, so that all is the same to who asks.
        write('v1', `s${part}`)
        const child = start(folder, ...publish)
        await wait((whole * (part % 12)) / 12)
        child.kill('SIGKILL')
        if ((await ended(child)) === 'SIGKILL') killed += 1
        else whole *= 0.9
        await visitor.client.refresh()
        scenario.note('during', visitor)
        const newcomer = await scenario.newcomer({ source }, options)
        newcomer.close()
      }
      write('v2', 's')
      await run(folder, ...publish)
      await visitor.client.refresh()
      scenario.note('after', visitor)
    },
  },
  {
    name: 'process killed during store',
    // Without its source, with what the process before it kept.
    expects: { newcomer: 'v1 STATIC ready', codes: ['FETCH_FAILED'] },
    async run(scenario) {
      const folder = scenario.folder()
      const site = await scenario.site()
      const { source, publisher } = site
      const store = fileStore(folder)
      const visitor = await scenario.visit(site, { store })
      scenario.note('before', visitor)
      // Something new at each request, and so something to keep.
      site.spoil(/^head/, ({ well }) => {
        publisher.publishHead()
        well()
      })
      for (let round = 0; round < 6; round++) {
        const child = spawnNode('keeper.mjs', [folder, source, publisher.trust, '1000000'])
        const { length } = site.asked
        while (site.asked.length < length + 10) await wait(1)
        await wait(round * 7)
        child.kill('SIGKILL')
        assert.equal(await ended(child), 'SIGKILL')
        const gone = { source: site.source.replace('flags', 'gone'), publisher }
        const restarted = await scenario.visit(gone, { store })
        scenario.note('during', restarted)
        scenario.note('newcomer', restarted)
        restarted.close()
      }
      site.mend()
      publisher.publish({ flags: V2 })
      const last = await scenario.visit(site, { store })
      scenario.note('after', last)
    },
  },
]

function readIfThere(path) {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
