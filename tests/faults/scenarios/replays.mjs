import assert from 'node:assert/strict'
import { bytesOf, makeSigner, NOW, pointerTo } from '../forge.mjs'
import { flag, NOTHING, rootOf, rules, V2, V3 } from '../scenario.mjs'

const DAY = 86_400_000
const MAX = 2n ** 64n - 1n

/** What is authentic, and not what was published, or not now. */
export const replays = [
  {
    name: 'replay of an older head',
    // Who comes for the first time cannot know that there was a newer one, as long as this one lasts.
    expects: {
      before: 'v2 STATIC ready',
      during: 'v2 STATIC ready',
      newcomer: 'v1 STATIC ready',
      after: 'v3 STATIC ready',
      codes: ['HEAD_ROLLBACK'],
    },
    async run(scenario) {
      const { visitor, site, old } = await twice(scenario)
      for (const path of ['head', 'latest']) site.files.set(path, old.get(path))
      await visitor.client.refresh()
      scenario.note('during', visitor)
      await meanwhileAndAfter(scenario, site, visitor)
    },
  },
  {
    name: 'replay of an older snapshot under a new head',
    expects: {
      before: 'v2 STATIC ready',
      during: 'v2 STATIC ready',
      newcomer: 'v1 STATIC ready',
      after: 'v3 STATIC ready',
      codes: ['SNAPSHOT_ROLLBACK'],
    },
    async run(scenario) {
      const { visitor, site, first } = await twice(scenario)
      const { publisher, files } = site
      files.set('latest', bytesOf(publisher.publishHead({ snapshot: pointerTo(first) }), first))
      await visitor.client.refresh()
      scenario.note('during', visitor)
      await meanwhileAndAfter(scenario, site, visitor)
    },
  },
  {
    name: 'frozen head',
    expects: { during: 'v1 STATIC stale', newcomer: 'v1 STATIC stale' },
    async run(scenario) {
      const patience = flag({ salt: 'q', on: 'patient', onExpired: 'off' })
      const site = await scenario.site({ flags: rules('v1', { patience }) })
      let clock = NOW
      const now = () => clock
      const visitor = await scenario.visit(site, { now })
      scenario.note('before', visitor)
      clock = NOW + 2 * DAY
      await visitor.client.refresh()
      scenario.note('during', visitor)
      assert.equal(visitor.shown('patience'), 'patient STATIC stale')
      // The head lasted a day, and flags that say so go off when that is a week ago.
      clock = NOW + 9 * DAY
      scenario.note('during', visitor)
      assert.equal(visitor.shown('patience'), 'off DISABLED stale')
      await scenario.newcomer(site, { now })
      site.publisher.publish({ flags: V2, head: { issuedAt: clock, expires: clock + DAY } })
      await visitor.client.refresh()
      scenario.note('after', visitor)
    },
  },
  {
    name: 'mix-and-match of head and snapshot',
    expects: { newcomer: NOTHING, codes: ['SNAPSHOT_CONFLICT', 'SNAPSHOT_MISMATCH'] },
    async run(scenario) {
      const site = await scenario.site()
      const { publisher, files } = site
      const visitor = await scenario.visit(site)
      scenario.note('before', visitor)
      const twin = publisher.publish({ flags: V3 })
      publisher.snapshotVersion--
      const snapshot = publisher.publish({ flags: V2 })
      const [head, { url }] = [files.get('head'), pointerTo(snapshot)]
      const other = publisher.publish({ flags: V3 })
      files.set('head', head)
      // Signed by the same key, of the same length, and one of the same version too.
      for (const stranger of [twin, other]) {
        files.set('latest', bytesOf(head, stranger)).set(url, stranger)
        await visitor.client.refresh()
        scenario.note('during', visitor)
        await scenario.newcomer(site)
      }
      files.set('latest', bytesOf(head, snapshot)).set(url, snapshot)
      await visitor.client.refresh()
      scenario.note('after', visitor)
    },
  },
  {
    name: 'fast-forward to 2^64-1',
    expects: {
      newcomer: NOTHING,
      codes: ['HEAD_MALFORMED', 'HEAD_ROLLBACK', 'ROOT_MALFORMED', 'SNAPSHOT_MALFORMED'],
    },
    async run(scenario) {
      const signers = [makeSigner()]
      const site = await scenario.site({ rooted: { signers } })
      const { publisher, files } = site
      const old = new Map(files)
      const visitor = await scenario.visit(site)
      scenario.note('before', visitor)
      const meet = async () => {
        await visitor.client.refresh()
        scenario.note('during', visitor)
      }
      publisher.publish({ flags: V2, head: { version: MAX } })
      await meet()
      await scenario.newcomer(site)
      files.set('head', bytesOf(rootOf(publisher, { version: MAX, signers }), old.get('head')))
      await meet()
      // A snapshot that says so itself, below a head that does not.
      publisher.snapshotVersion = 2
      const snapshot = {
        ...pointerTo(publisher.publish({ flags: V2, header: { version: MAX } })),
        version: 3,
      }
      publisher.publishHead({ snapshot })
      await meet()
      // The furthest that is allowed, by a key that was stolen: what comes later is refused, until a root removes the key.
      publisher.publishHead({ version: 2n ** 53n - 1n, snapshot })
      await meet()
      publisher.publishHead({ version: 9, snapshot })
      await meet()
      Object.assign(publisher, { headSigners: [makeSigner()], rootVersion: 2, snapshotVersion: 9 })
      files.set('2.root', rootOf(publisher, { version: 2, signers }))
      publisher.publish({ flags: V2 })
      await visitor.client.refresh()
      scenario.note('after', visitor)
    },
  },
]

/** Somebody who has `V2`, where `V1` was published before. */
async function twice(scenario) {
  const site = await scenario.site()
  const old = new Map(site.files)
  const first = [...old].find(([path]) => path.startsWith('snapshot/'))[1]
  site.publisher.publish({ flags: V2 })
  const visitor = await scenario.visit(site)
  scenario.note('before', visitor)
  return { visitor, site, old, first }
}

async function meanwhileAndAfter(scenario, site, visitor) {
  const newcomer = await scenario.newcomer(site)
  site.publisher.publish({ flags: V3 })
  for (const each of [visitor, newcomer]) {
    await each.client.refresh()
    scenario.note('after', each)
  }
}
