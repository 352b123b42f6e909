import assert from 'node:assert/strict'
import { flag, rules, V1, V2 } from '../scenario.mjs'

/** What a head may and may not do to flags. */
export const kills = [
  {
    name: 'kill list naming unknown flags',
    expects: { newcomer: 'v1 STATIC ready' },
    run: killing(['no-such-flag', 'PROBE', 'prob', '', '__proto__', 'x'.repeat(255)]),
  },
  {
    name: 'a kill that tries to widen exposure',
    expects: { during: 'off killed ready', newcomer: 'off killed ready' },
    async run(scenario) {
      // Where that is met, `reverse` serves those whom `probe` leaves out.
      const reverse = flag({ salt: 'r', on: 'reverse', prerequisites: { probe: ['off'] } })
      const staff = { name: 'staff', if: { attribute: 'staff', in: ['yes'] }, serve: 'on' }
      const dark = flag({ salt: 'd', on: 'dark', default: 'off', rules: [staff] })
      const flags = (text) => rules(text, { reverse, dark })
      await killing(['probe', 'dark'], { flags }, (visitor) => {
        assert.equal(visitor.shown('reverse').split(' ')[0], 'off')
        assert.equal(visitor.shown('dark').split(' ')[0], 'off')
      })(scenario)
    },
  },
  {
    name: 'a head that drops a kill',
    // Who never saw the kill cannot know of it; so a kill is folded into the next snapshot.
    expects: { during: 'off killed ready', newcomer: 'v1 STATIC ready' },
    async run(scenario) {
      const site = await scenario.site()
      const visitor = await scenario.visit(site)
      scenario.note('before', visitor)
      for (const kills of [['probe'], [], ['other']]) {
        site.publisher.publishHead({ kills })
        await visitor.client.refresh()
        scenario.note('during', visitor)
      }
      assert.equal(visitor.shown('other'), 'off killed ready')
      await scenario.newcomer(site)
      site.publisher.publish({ flags: V2 })
      await visitor.client.refresh()
      scenario.note('after', visitor)
    },
  },
]

/** Publishes a head that kills; `look` is what to look at before and after that. */
function killing(kills, { flags = (text) => (text === 'v1' ? V1 : V2) } = {}, look = () => {}) {
  return async (scenario) => {
    const site = await scenario.site({ flags: flags('v1') })
    const visitor = await scenario.visit(site)
    scenario.note('before', visitor)
    look(visitor)
    site.publisher.publishHead({ kills })
    await visitor.client.refresh()
    scenario.note('during', visitor)
    look(visitor)
    const newcomer = await scenario.newcomer(site)
    look(newcomer)
    site.publisher.publish({ flags: flags('v2') })
    for (const each of [visitor, newcomer]) {
      await each.client.refresh()
      scenario.note('after', each)
    }
  }
}
