import { fileStore } from '../../../js/dist/files.js'
import { makeSigner } from '../forge.mjs'
import { rootOf, V2, V3 } from '../scenario.mjs'

/** How keys are changed. */
export const rotation = [
  {
    name: 'rotation of every role from root 1 to root 3 with a client that was asleep',
    // Meanwhile somebody was awake; who comes later has pinned root 1 all the same.
    expects: {
      during: 'v2 STATIC ready',
      newcomer: 'v3 STATIC ready',
      after: 'v3 STATIC ready',
      codes: ['KEY_UNKNOWN'],
    },
    async run(scenario) {
      const first = [makeSigner()]
      const site = await scenario.site({ rooted: { signers: first } })
      const { publisher, files } = site
      const { headSigners, snapshotSigners } = publisher
      const store = fileStore(scenario.folder())
      const [awake, suspended] = [await scenario.visit(site), await scenario.visit(site)]
      const stopped = await scenario.visit(site, { store })
      for (const each of [awake, suspended, stopped]) scenario.note('before', each)
      stopped.close()

      const second = rotate(publisher, 2, first)
      publisher.publish({ flags: V2 })
      await awake.client.refresh()
      scenario.note('during', awake)
      rotate(publisher, 3, second)
      publisher.publish({ flags: V3 })

      const woken = await scenario.visit(site, { store })
      const newcomer = await scenario.newcomer(site)
      for (const each of [awake, suspended]) await each.client.refresh()
      for (const each of [awake, suspended, woken]) scenario.note('after', each)

      // All keys of root 1 together say nothing any more.
      Object.assign(publisher, { headSigners, snapshotSigners })
      files.set('4.root', rootOf(publisher, { version: 4, signers: first }))
      publisher.publish({ flags: V2 })
      for (const each of [awake, suspended, woken, newcomer]) {
        await each.client.refresh()
        scenario.note('after', each)
      }
    },
  },
]

/** Publishes the next root, with other keys in every role, which the old ones and its own sign. Returns those that sign roots. */
function rotate(publisher, version, before) {
  const signers = [makeSigner()]
  publisher.headSigners = [makeSigner()]
  publisher.snapshotSigners = [makeSigner()]
  publisher.rootVersion = version
  const root = rootOf(publisher, { version, signers, by: [...before, ...signers] })
  publisher.files.set(`${version}.root`, root)
  return signers
}
