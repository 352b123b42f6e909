import { V2 } from './scenario.mjs'

/**
 * What somebody publishes who must not, or not this: each of `forgeries` is made on a site of its own, under a bare key or a root,
 * after somebody has `V1`. Then whoever may publishes `V2`.
 */
export function forging(forgeries, { site: options = {}, prepare = () => {} } = {}) {
  return async (scenario) => {
    for (const forge of forgeries) {
      const site = await scenario.site(options)
      await prepare(site)
      const visitor = await scenario.visit(site)
      scenario.note('before', visitor)
      const { publisher, files } = site
      const { snapshotSigners, headSigners } = publisher
      const honest = new Map(files)
      await forge(site)
      await visitor.client.refresh()
      scenario.note('during', visitor)
      scenario.note('newcomer', await scenario.visit(site))
      for (const path of files.keys()) if (!honest.has(path)) files.delete(path)
      for (const [path, bytes] of honest) files.set(path, bytes)
      Object.assign(publisher, { snapshotSigners, headSigners })
      publisher.publish({ flags: V2 })
      await visitor.client.refresh()
      scenario.note('after', visitor)
    }
  }
}
