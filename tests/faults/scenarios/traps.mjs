import assert from 'node:assert/strict'
import { watchInstances } from '../instances.mjs'
import { V2 } from '../scenario.mjs'
import { DEFAULT } from '../visit.mjs'

/** What stops the engine itself. */
export const traps = [
  {
    name: 'a second trap on one snapshot',
    // The first is survived; the second quarantines the snapshot, until another one comes.
    expects: { during: `${DEFAULT} ERROR failed`, newcomer: 'v1 STATIC ready', codes: ['ENGINE_TRAPPED'] },
    async run(scenario) {
      const { instances, stop } = watchInstances()
      scenario.atEnd(stop)
      const site = await scenario.site()
      const visitor = await scenario.visit(site)
      scenario.note('before', visitor)
      trap(instances.at(-1))
      scenario.note('before', visitor)
      assert.equal(instances.length, 2, 'a new instance answers')
      trap(instances.at(-1))
      scenario.note('during', visitor)
      const made = instances.length
      for (let question = 0; question < 100; question++) visitor.client.value('probe', DEFAULT)
      await visitor.client.refresh()
      scenario.note('during', visitor)
      assert.ok(instances.length <= made + 1, 'no instance is made in vain, question by question')
      await scenario.newcomer(site)
      site.publisher.publish({ flags: V2 })
      await visitor.client.refresh()
      scenario.note('after', visitor)
    },
  },
]

/** A real trap: more is asked for than memory can hold, and the instance never answers again. */
function trap(exports) {
  assert.throws(() => exports.input(0xffff_ffff), WebAssembly.RuntimeError)
}
