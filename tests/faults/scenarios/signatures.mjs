import { bytesOf, makeSigner } from '../forge.mjs'
import { forging } from '../forgery.mjs'
import { NOTHING, rootOf, V2 } from '../scenario.mjs'

const owners = [makeSigner(), makeSigner()]
const pairs = { snapshot: [makeSigner(), makeSigner()], head: [makeSigner(), makeSigner()] }
const bothMustSign = { rooted: { signers: owners, thresholds: { root: 2, snapshot: 2, head: 2 } }, ...pairs }

/** Who may sign what. */
export const signatures = [
  {
    name: 'signature by another key',
    expects: { newcomer: NOTHING, codes: ['KEY_UNKNOWN'] },
    async run(scenario) {
      const stranger = [makeSigner()]
      const forgeries = [
        publishedBy(stranger, stranger),
        publishedBy(stranger),
        publishedBy(undefined, stranger),
      ]
      await forging(forgeries)(scenario)
      await forging(forgeries, { site: { rooted: {} } })(scenario)
    },
  },
  {
    name: 'signature by a removed key',
    expects: { newcomer: NOTHING, codes: ['KEY_UNKNOWN'] },
    async run(scenario) {
      const old = {}
      // Root 2 has other keys for heads and snapshots.
      const prepare = ({ publisher, files }) => {
        Object.assign(old, { head: publisher.headSigners, snapshot: publisher.snapshotSigners })
        Object.assign(publisher, {
          headSigners: [makeSigner()],
          snapshotSigners: [makeSigner()],
          rootVersion: 2,
        })
        files.set('2.root', rootOf(publisher, { version: 2, signers: owners }))
        publisher.publish()
      }
      const forgeries = [
        (site) => publishedBy(old.head, old.snapshot)(site),
        (site) => publishedBy(old.head)(site),
        (site) => publishedBy(undefined, old.snapshot)(site),
      ]
      await forging(forgeries, { site: { rooted: { signers: owners } }, prepare })(scenario)
    },
  },
  {
    name: 'signatures below the threshold',
    expects: { newcomer: NOTHING, codes: ['THRESHOLD_UNMET'] },
    async run(scenario) {
      const one = ([first]) => [first]
      const forgeries = [
        publishedBy(one(pairs.head), one(pairs.snapshot)),
        publishedBy(undefined, one(pairs.snapshot)),
        rootBy([owners[0]]),
      ]
      await forging(forgeries, { site: bothMustSign })(scenario)
    },
  },
  {
    name: 'duplicate key ids',
    expects: { newcomer: NOTHING, codes: ['THRESHOLD_UNMET'] },
    async run(scenario) {
      const twice = ([first]) => [first, first]
      const forgeries = [
        publishedBy(twice(pairs.head), twice(pairs.snapshot)),
        publishedBy(undefined, twice(pairs.snapshot)),
        rootBy(twice(owners)),
      ]
      await forging(forgeries, { site: bothMustSign })(scenario)
    },
  },
]

/** Publishes `V2`, signed by these instead. */
function publishedBy(head, snapshot) {
  return ({ publisher }) => {
    // A bare key's snapshots name who signs heads: an honest one names nobody else.
    const headKeys = publisher.rootVersion > 0 ? [] : publisher.headSigners.map(({ key }) => key)
    publisher.headSigners = head ?? publisher.headSigners
    publisher.snapshotSigners = snapshot ?? publisher.snapshotSigners
    publisher.publish({ flags: V2, header: { headKeys } })
  }
}

/** Publishes root 2, which would have strangers sign, and what those sign. */
function rootBy(signers) {
  return ({ publisher, files }) => {
    const strangers = { headSigners: [makeSigner()], snapshotSigners: [makeSigner()] }
    const root = rootOf(strangers, { version: 2, signers: owners, by: signers })
    Object.assign(publisher, strangers)
    publisher.publish({ flags: V2 })
    files.set('2.root', root)
    for (const path of ['head', 'latest']) files.set(path, bytesOf(root, files.get(path)))
  }
}
