import { forging } from '../forgery.mjs'
import { NOTHING, V2 } from '../scenario.mjs'

/** Rules that are somebody else's, signed by the very same keys. */
export const scopes = [
  ['project', 'bank/production/server'],
  ['environment', 'shop/staging/server'],
  ['audience', 'shop/production/client'],
].map(([part, scope]) => ({
  name: `snapshot of another ${part}`,
  expects: { newcomer: NOTHING, codes: ['FETCH_FAILED', 'SCOPE_MISMATCH'] },
  async run(scenario) {
    const header = { scope }
    const forgeries = [
      ({ publisher }) => publisher.publish({ flags: V2, header }),
      ({ publisher }) => publisher.publish({ flags: V2, header, head: { scope: 'shop/production/server' } }),
      // A file alone, where no key signs heads: that `head` is missing is told too.
      ({ publisher, files }) => {
        files.set('latest', publisher.publish({ flags: V2, header: { scope, headKeys: [] } }))
        files.delete('head')
      },
    ]
    await forging(forgeries)(scenario)
    await forging(forgeries.slice(0, 2), { site: { rooted: {} } })(scenario)
  },
}))
