import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { launchChromium } from '../chromium.mjs'
import { open, overflow, pale, parted, WIDTHS } from './opened.mjs'
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
      assert.deepEqual(await parted(page), [])
      assert.equal(await page.locator('svg').count(), 1)
      assert.deepEqual(await pale(page), [])
      assert.deepEqual(complaints, [])
      await page.context().close()
    })
  }
}

test('whoever listens gets tables with headings, and what the plot shows, on a phone too', async () => {
  for (const width of [360, 1440]) {
    const { page } = await open(browser, join(shop.folder, 'page.html'), { width })
    const table = page.getByRole('main').getByRole('table', { name: 'The proportion of each side' })
    const headings = await table.getByRole('columnheader').allInnerTexts()
    assert.deepEqual(headings, [
      'side',
      'estimate, with its interval',
      'difference in points, with its interval',
      'lift, with its interval',
      'decision',
    ])
    const row = table.getByRole('row', { name: /^one-page-with-everything/ })
    assert.equal(await row.getByRole('cell').count(), 4)
    const plot = page.getByRole('img', {
      name: /^one-page-with-everything: difference at each look.*at the last look [+-]/,
    })
    assert.equal(await plot.count(), 1)
    await page.context().close()
  }
})

/** Every other unit gets the new page, and one in ten of all fails. */
function* lines() {
  const start = Date.parse('2026-11-01T00:00:00Z')
  for (let unit = 0; unit < 2_000; unit++) {
    const [variant, arm] = unit % 2 ? ['classic', 'control'] : ['one-page-with-everything', 'treatment']
    const time = start + unit * 180_000
    yield JSON.stringify({ time, flag: 'checkout', variant, arm, stage: 's1', unit: `u-${unit}`, version: 1 })
    if (unit % 20 < 2) yield JSON.stringify({ time: time + 1_000, unit: `u-${unit}`, metric: 'failed-order' })
  }
}
