import assert from 'node:assert/strict'
import { NOTHING, V2 } from './scenario.mjs'

/**
 * What most scenarios do: somebody has `V1`, `V2` is published and spoiled on its way, first all files and then the snapshot
 * alone; meanwhile somebody comes for the first time. When it is mended, both get `V2`.
 *
 * `spoil` is what handles requests, as in `openOrigin`.
 */
export function siege(spoil, { options = {}, snapshot = true, during, after = async () => {} } = {}) {
  return async (scenario) => {
    const site = await scenario.site()
    const visitor = await scenario.visit(site, options)
    scenario.note('before', visitor)
    site.publisher.publish({ flags: V2 })
    site.spoil(/./, spoil)
    await visitor.client.refresh()
    scenario.note('during', visitor)
    const newcomer = await scenario.visit(site, options)
    scenario.note('newcomer', newcomer)
    await during?.({ site, visitor, newcomer })
    site.mend()
    if (snapshot) {
      site.spoil(/^snapshot/, spoil)
      const told = visitor.codes.length
      await visitor.client.refresh()
      scenario.note('during', visitor)
      await settled()
      assert.ok(visitor.codes.length > told, 'a spoiled snapshot is told')
      site.mend()
    }
    for (const each of [visitor, newcomer]) {
      await each.client.refresh()
      scenario.note('after', each)
    }
    await after({ site, visitor, newcomer })
  }
}

export const nothingToCome = { newcomer: NOTHING }

/** Waits until events that are due have been told. */
export function settled() {
  return new Promise((resolve) => setImmediate(resolve))
}
