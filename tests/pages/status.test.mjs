import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { launchChromium } from '../chromium.mjs'
import * as opened from './opened.mjs'
import { HOSTILE, largeShop, sampleShop } from './shop.mjs'

const { overflow, pale, parted, WIDTHS } = opened

let browser
let shop

before(async () => {
  shop = sampleShop()
  browser = await launchChromium()
})

after(async () => {
  await browser?.close()
  shop?.remove()
})

for (const colorScheme of ['light', 'dark']) {
  for (const width of WIDTHS) {
    test(`the page is as wide as ${width} px and can be read, ${colorScheme}`, async () => {
      const { page, complaints } = await open(shop, { width, colorScheme })
      assert.equal(await overflow(page), 0)
      assert.deepEqual(await parted(page), [])
      assert.deepEqual(await pale(page), [])
      assert.deepEqual(complaints, [])
      await page.context().close()
    })
  }
}

test('a narrow page has cards that name their environments, a wide one a table whose head stays', async () => {
  const { page } = await open(shop, { width: 360 })
  const display = () =>
    page
      .locator('tbody tr')
      .first()
      .evaluate((row) => getComputedStyle(row).display)
  assert.equal(await display(), 'grid')
  const label = (cell) => getComputedStyle(cell, '::before').content
  assert.equal(await page.locator('td').first().evaluate(label), '"production"')
  // What cards look like is no table to a browser, but to whoever listens.
  assert.equal(await page.getByRole('row').count(), (await page.locator('tbody tr').count()) + 1)
  await page.setViewportSize({ width: 1440, height: 900 })
  assert.equal(await display(), 'table-row')
  await page.locator('tbody tr').last().scrollIntoViewIfNeeded()
  const top = await page
    .locator('thead th')
    .first()
    .evaluate((head) => head.getBoundingClientRect().top)
  assert.equal(top, 0)
  await page.context().close()
})

test('every flag is told of by state, share, gate, verdict and age', async () => {
  const { page } = await open(shop, { width: 1440 })
  const row = (key) => page.locator('tbody tr', { has: page.locator(`.key:text-is("${key}")`) })
  const says = async (key, ...texts) => {
    const told = (await row(key).innerText()).replaceAll('\u00a0', ' ')
    for (const text of texts) assert.ok(told.includes(text), `no "${text}" in ${told}`)
  }
  await says(
    'search',
    'Running',
    'percent-5, stage 3 of 7',
    '5% on, ceiling 5%',
    '1 of 2 people approved',
    'last verdict: hold 1 hour ago',
    '51 days old',
  )
  await says('slow-search', 'Paused', 'tidegate resume')
  await says('old-search', 'Rolled back', 'everybody → off')
  await says('live-chat', 'Killed', 'everybody gets off')
  await says('voice-search', 'Killed', 'killed for client and server: tidegate unkill lifts it')
  await says('store-pickup-again', 'expired', 'not published for server yet')
  await says('hostile', HOSTILE.slice(0, 60))
  assert.match(await page.title(), /^shop/)
  await page.context().close()
})

test('the filter leaves what is asked for, and a page without scripts is whole', async () => {
  const { page } = await open(shop, { width: 768 })
  const shown = () => page.locator('tbody tr:visible').count()
  const all = await shown()
  await page.getByLabel('Find').fill('search discovery')
  assert.equal(await shown(), 3)
  assert.equal(await page.locator('output').innerText(), `3 of ${all} flags`)
  await page.getByLabel('State').selectOption('paused')
  assert.equal(await shown(), 1)
  await page.context().close()

  const still = await open(shop, { width: 768, javaScriptEnabled: false })
  assert.equal(await still.page.locator('tbody tr:visible').count(), all)
  assert.equal(await still.page.locator('form').isVisible(), false)
  await still.page.context().close()
})

test('on paper it is dark on white, without the filter, and no wider', async () => {
  const { page } = await open(shop, { width: 718, colorScheme: 'dark' })
  await page.emulateMedia({ media: 'print' })
  assert.equal(await overflow(page), 0)
  assert.equal(await page.locator('form').isVisible(), false)
  assert.deepEqual(await pale(page), [])
  const paper = await page.pdf({ format: 'A4' })
  assert.equal(paper.subarray(0, 5).toString(), '%PDF-')
  await page.context().close()
})

test('a thousand flags in five environments fit every width, and no more bytes than a picture has', async () => {
  const large = largeShop()
  try {
    assert.ok(statSync(join(large.folder, 'status.html')).size < 4_000_000)
    for (const width of WIDTHS) {
      const { page, complaints } = await open(large, { width })
      assert.equal(await overflow(page), 0)
      assert.equal(await page.locator('tbody tr').count(), 1_000)
      assert.deepEqual(complaints, [])
      await page.context().close()
    }
  } finally {
    large.remove()
  }
})

/** Opens the page of a shop. */
function open({ folder }, settings) {
  return opened.open(browser, join(folder, 'status.html'), settings)
}
