import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { launchChromium } from '../chromium.mjs'
import { open, overflow, pale, WIDTHS } from './opened.mjs'
import { Shop } from './shop.mjs'

let browser
let shop

before(async () => {
  shop = new Shop()
  shop.write('log.ndjson', [...lines()].join('\n'))
  shop.run(
    'analyze',
    'checkout',
    '--logs',
    'log.ndjson',
    '--metric',
    'failed-order:increase',
    '--html',
    'page.html',
  )
  browser = await launchChromium()
})

after(async () => {
  await browser?.close()
  shop?.remove()
})

for (const colorScheme of ['light', 'dark']) {
  for (const width of WIDTHS) {
    test(`an analysis fits ${width} px and can be read, ${colorScheme}`, async () => {
      const { page, complaints } = await open(browser, join(shop.folder, 'page.html'), { width, colorScheme })
      assert.equal(await overflow(page), 0)
      assert.equal(await page.locator('svg').count(), 1)
      assert.deepEqual(await pale(page), [])
      assert.deepEqual(complaints, [])
      await page.context().close()
    })
  }
}

/** Every other unit gets the new page, and one in ten of all fails. */
function* lines() {
  const start = Date.parse('2026-11-01T00:00:00Z')
  for (let unit = 0; unit < 2_000; unit++) {
    const [variant, arm] = unit % 2 ? ['classic', 'control'] : ['one-page', 'treatment']
    const time = start + unit * 180_000
    yield JSON.stringify({ time, flag: 'checkout', variant, arm, stage: 's1', unit: `u-${unit}`, version: 1 })
    if (unit % 20 < 2) yield JSON.stringify({ time: time + 1_000, unit: `u-${unit}`, metric: 'failed-order' })
  }
}
