import assert from 'node:assert/strict'
import { bytesOf, makeSigner } from '../forge.mjs'
import { NOTHING, rootOf, V2 } from '../scenario.mjs'

/** What is trusted to begin with. */
export const anchors = [
  {
    name: 'a development key on a production source',
    expects: { newcomer: NOTHING, codes: ['DEVELOPMENT_KEY_REFUSED', 'PAYLOAD_TYPE_UNEXPECTED'] },
    async run(scenario) {
      const site = await scenario.site()
      const { publisher, files, port, asked } = site
      const visitor = await scenario.visit(site)
      scenario.note('before', visitor)
      // Signed by a development key, towards who trusts a real one.
      const development = [makeSigner({ development: true })]
      const { snapshotSigners, headSigners } = publisher
      Object.assign(publisher, { snapshotSigners: development, headSigners: development })
      publisher.publish({ flags: V2 })
      await visitor.client.refresh()
      scenario.note('during', visitor)
      await scenario.newcomer(site)
      // And towards who trusts that: this machine, under a name that is not known to be its own.
      const [{ trust }] = development
      const requests = asked.length
      const source = `http://0.0.0.0:${port}/flags/`
      await scenario.newcomer({ source }, { trust })
      assert.equal(asked.length, requests, 'nothing was even asked for')
      const permitted = await scenario.visit({ source }, { trust, allowDevKeys: true })
      const local = await scenario.visit(site, { trust })
      for (const each of [permitted, local]) scenario.note('after', each)
      Object.assign(publisher, { snapshotSigners, headSigners })
      files.delete('head')
      publisher.publish({ flags: V2 })
      await visitor.client.refresh()
      scenario.note('after', visitor)
    },
  },
  {
    name: 'a bare-key client towards a forged root',
    expects: { newcomer: NOTHING, codes: ['KEY_UNKNOWN'] },
    async run(scenario) {
      const site = await scenario.site()
      const { publisher, files } = site
      const honest = new Map(files)
      const visitor = await scenario.visit(site)
      scenario.note('before', visitor)
      const { headSigners, snapshotSigners } = publisher
      const thief = [makeSigner()]
      // Signed by the thief, and by one who may sign heads, and no roots.
      for (const by of [thief, [...thief, ...headSigners]]) {
        Object.assign(publisher, { snapshotSigners: thief, headSigners: thief, rootVersion: 1 })
        const root = rootOf(publisher, { version: 1, signers: thief, by })
        publisher.publish({ flags: V2 })
        files.set('1.root', root)
        for (const path of ['head', 'latest']) files.set(path, bytesOf(root, files.get(path)))
        await visitor.client.refresh()
        scenario.note('during', visitor)
        await scenario.newcomer(site)
      }
      files.delete('1.root')
      for (const [path, bytes] of honest) files.set(path, bytes)
      Object.assign(publisher, { snapshotSigners, headSigners, rootVersion: 0 })
      publisher.publish({ flags: V2 })
      await visitor.client.refresh()
      scenario.note('after', visitor)
    },
  },
]
