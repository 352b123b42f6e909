import assert from 'node:assert/strict'
import { NOW } from '../forge.mjs'
import { flag, NOTHING, rules, V2 } from '../scenario.mjs'

const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR
const at = (moment) => new Date(moment).toISOString()

/** One flag that opens when the head of a day has expired, and one that closes in an hour. */
const timed = {
  opens: flag({
    salt: 's',
    on: 'open',
    default: 'off',
    rules: [{ name: 'later', if: { window: { from: at(NOW + 25 * HOUR) } }, serve: 'on' }],
  }),
  closes: flag({ salt: 't', on: 'open', disableAt: at(NOW + HOUR) }),
}

/** Clocks that are wrong, where the rules are those of the right time. */
export const clocks = [
  {
    name: 'clock a year ahead',
    expects: { during: 'v1 STATIC stale', newcomer: 'v1 STATIC stale' },
    run: wrongClock(YEAR, (visitor) => {
      // Time beyond the expiry closes, and opens nothing.
      assert.equal(visitor.client.value('opens', ''), 'off')
      assert.equal(visitor.client.value('closes', ''), 'off')
    }),
  },
  {
    name: 'clock a year behind',
    expects: { newcomer: 'v1 STATIC ready', codes: ['SNAPSHOT_NOT_YET_VALID'] },
    async run(scenario) {
      await wrongClock(-YEAR, () => {})(scenario)
      // Without a head nobody else says what time it is: a file alone waits.
      const site = await scenario.site()
      const alone = site.publisher.publish({ header: { headKeys: [] } })
      site.files.set('latest', alone).delete('head')
      const newcomer = await scenario.visit(site, { now: () => NOW - YEAR })
      assert.equal(newcomer.shown(), NOTHING)
    },
  },
  {
    name: 'clock jumping back',
    expects: { newcomer: 'v1 STATIC ready' },
    async run(scenario) {
      const site = await scenario.site({ flags: rules('v1', timed) })
      let clock = NOW + 2 * HOUR
      const now = () => clock
      site.publisher.publishHead({ issuedAt: clock, expires: clock + 24 * HOUR })
      const visitor = await scenario.visit(site, { now })
      scenario.note('before', visitor)
      assert.equal(visitor.client.value('closes', ''), 'off')
      for (clock of [NOW - HOUR, NOW - YEAR, 0, -1, Number.NaN]) {
        await visitor.client.refresh()
        scenario.note('during', visitor)
        assert.equal(visitor.client.value('closes', ''), 'off', 'what was closed stays closed')
        const newcomer = await scenario.newcomer(site, { now })
        assert.equal(newcomer.client.value('closes', ''), 'off')
      }
      clock = NOW + 2 * HOUR
      site.publisher.publish({ flags: V2 })
      await visitor.client.refresh()
      scenario.note('after', visitor)
    },
  },
  {
    name: 'a wrong clock towards a newer head with kills',
    expects: { during: 'off killed stale', newcomer: 'off killed stale' },
    async run(scenario) {
      const site = await scenario.site()
      let [ahead, behind] = [NOW, NOW]
      const visitor = await scenario.visit(site, { now: () => ahead })
      const slow = await scenario.visit(site, { now: () => behind })
      scenario.note('before', visitor)
      scenario.note('before', slow)
      ;[ahead, behind] = [NOW + YEAR, NOW - YEAR]
      site.publisher.publishHead({ kills: ['probe'] })
      for (const { client } of [visitor, slow]) await client.refresh()
      scenario.note('during', visitor)
      assert.equal(slow.shown(), 'off killed ready')
      await scenario.newcomer(site, { now: () => ahead })
      ;[ahead, behind] = [NOW, NOW]
      site.publisher.publish({ flags: V2 })
      for (const each of [visitor, slow]) {
        await each.client.refresh()
        scenario.note('after', each)
      }
    },
  },
]

/** A clock that goes wrong after a first visit, and right again. */
function wrongClock(by, look) {
  return async (scenario) => {
    const site = await scenario.site({ flags: rules('v1', timed) })
    let clock = NOW
    const now = () => clock
    const visitor = await scenario.visit(site, { now })
    scenario.note('before', visitor)
    clock += by
    // Something new to load, under the wrong clock.
    site.publisher.publish()
    await visitor.client.refresh()
    assert.equal(visitor.client.snapshot.version, 2)
    scenario.note('during', visitor)
    const newcomer = await scenario.newcomer(site, { now })
    for (const each of [visitor, newcomer]) look(each)
    clock = NOW
    site.publisher.publish({ flags: V2 })
    for (const each of [visitor, newcomer]) {
      await each.client.refresh()
      scenario.note('after', each)
    }
  }
}
