import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { signSample } from '../../js/build/sample.mjs'
import { serve } from '../../js/build/serve.mjs'
import { launchChromium } from '../../tests/chromium.mjs'

/** A moment within the sample's story, so that ramps and windows stand still. */
const NOW = '2026-11-21T12:00:00.000Z'

let server
let browser
let page
let complaints

before(async () => {
  server = await serve(0, await signSample())
  browser = await launchChromium()
})

after(async () => {
  await browser?.close()
  server?.close()
})

beforeEach(async () => {
  await page?.context().close()
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  page = await context.newPage()
  page.setDefaultTimeout(20_000)
  complaints = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url()))
      complaints.push(`asked for ${request.url()}`)
  })
})

test('every flag is decided from the verified snapshot', async () => {
  await open({ user: 'iris' })
  assert.equal(await page.locator('.flag').count(), 19)
  assert.match(await page.locator('.verdict').innerText(), /Verified/)
  assert.match(await page.locator('.facts').innerText(), /shop\/production\/client/)
  assert.equal(await variantOf('checkout'), 'one-page')
  assert.match(await row('checkout').innerText(), /targeting_match staff/i)
  assert.match(await row('live-chat').innerText(), /disabled killed/i)
  await row('checkout').locator('.flag-key').click()
  await page.locator('.trace .step.holds', { hasText: 'staff' }).first().waitFor()
  assert.deepEqual(complaints, [])
})

test('answers follow the context, the environment and the filter', async () => {
  await open({ user: 'iris', flag: 'checkout' })
  await page.getByRole('radio', { name: 'A first visit' }).check()
  await until(async () => /TARGETING_KEY_MISSING/i.test(await row('checkout').innerText()))
  const text = page.getByRole('textbox', { name: 'As JSON' })
  await text.fill('{ "targetingKey": "u-1", "email": "x@shop.example" }')
  await until(async () => (await variantOf('checkout')) === 'one-page')
  await text.fill('{ "targetingKey": ')
  await page.locator('#context-problem', { hasText: 'JSON' }).waitFor()
  assert.equal(await variantOf('checkout'), 'one-page')
  await page.getByRole('radio', { name: 'staging', exact: true }).check()
  await page.locator('.facts', { hasText: 'shop/staging/client' }).waitFor()
  await until(async () => (await variantOf('live-chat')) === 'on')
  await page.getByRole('radio', { name: 'server', exact: true }).check()
  await until(async () => (await page.locator('.flag').count()) === 22)
  await page.getByLabel('Filter flags').fill('chat')
  await until(async () => (await page.locator('.flag').count()) === 1)
  assert.deepEqual(complaints, [])
})

test('answers follow the clock', async () => {
  await open({ user: 'mila', flag: 'black-friday-banner' })
  assert.notEqual(await variantOf('black-friday-banner'), 'sale')
  await open({ user: 'mila', flag: 'black-friday-banner', now: '2026-11-28T12:00:00.000Z' })
  await until(async () => (await variantOf('black-friday-banner')) === 'sale')
  assert.deepEqual(complaints, [])
})

test('an edited rule is compiled in the page, and a broken one is told at its line', async () => {
  await open({ user: 'mila', flag: 'payments-online', tab: 'source' })
  assert.equal(await variantOf('payments-online'), 'on')
  await write((text) => text.replace('default: on', 'default: off'))
  await until(async () => (await variantOf('payments-online')) === 'off')
  assert.match(await row('payments-online').innerText(), /was\s+on/)
  assert.match(await page.locator('.draft-note').innerText(), /changed for this context/)
  assert.match(await page.locator('.facts').innerText(), /draft/)

  await write((text) => text.replace('default: off', 'default: of'))
  const problem = page.locator('.problems li.error').first()
  await problem.waitFor()
  const line = (await source()).split('\n').findIndex((found) => found.startsWith('default:')) + 1
  assert.match(await problem.locator('.place').innerText(), new RegExp(`^${line}:\\d+$`))
  await page.locator('.cm-lint-marker-error').waitFor()
  await page.locator('.cm-lintRange-error').waitFor()
  assert.equal(await variantOf('payments-online'), 'off', 'the last good build stays')

  await page.getByRole('button', { name: 'Reset all' }).click()
  await until(async () => (await variantOf('payments-online')) === 'on')
  assert.equal(await page.locator('.draft-note').count(), 0)
  assert.match(await source(), /default: on/)
  assert.deepEqual(complaints, [])
})

test('a thousand users are spread as the weights say', async () => {
  await open({ user: 'mila', flag: 'recommendations', tab: 'users' })
  const runs = []
  for (let run = 0; run < 3; run++) {
    await page.getByRole('button', { name: 'Try 1,000 users' }).click()
    const said = await page.locator('.run', { hasText: 'users in' }).innerText()
    runs.push(Number(/([\d,]+) ms/.exec(said)[1].replace(',', '')))
  }
  assert.ok(Math.min(...runs) < 1_000, `${runs} ms`)
  const counted = await page
    .locator('.shares li')
    .evaluateAll((bars) => bars.map(({ dataset }) => [dataset.variant, Number(dataset.users)]))
  assert.deepEqual(counted.map(([variant]) => variant).sort(), ['bestsellers', 'personal', 'similar'])
  assert.equal(
    counted.reduce((sum, [, users]) => sum + users, 0),
    1_000,
  )
  await page.locator('.shares', { hasText: 'expected' }).waitFor()
  const shares = await page
    .locator('.share-numbers')
    .evaluateAll((bars) =>
      bars.map((bar) => /([\d.]+) %[^%]*expected ([\d.]+) %/.exec(bar.innerText)?.slice(1).map(Number)),
    )
  for (const [found, expected] of shares)
    assert.ok(Math.abs(found - expected) < 5, `${found} for ${expected}`)

  await page.getByLabel('all flags').check()
  await page.getByRole('combobox', { name: 'Users' }).selectOption('10000')
  await page.locator('.run', { hasText: '10,000 users in' }).waitFor()
  assert.equal(await page.locator('.groups', { hasText: 'All flags' }).locator('tbody tr').count(), 19)
  assert.deepEqual(complaints, [])
})

test('the page is as wide as the window, and its controls are in reach of the keyboard', async () => {
  for (const width of [360, 768, 1440, 1920]) {
    await page.setViewportSize({ width, height: 900 })
    await open({ user: 'noah', flag: 'checkout' })
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(overflow <= 0, `${overflow} px too wide at ${width} px`)
  }
  await row('app-update-notice').locator('.flag-key').focus()
  await page.keyboard.press('ArrowDown')
  await page.locator('.details h2', { hasText: 'black-friday-banner' }).waitFor()
  await page.getByRole('tab', { name: 'Why' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.locator('.cm-content').waitFor()
  assert.deepEqual(complaints, [])
})

async function open(link) {
  await page.goto('about:blank')
  await page.goto(`${server.url}#${new URLSearchParams({ now: NOW, ...link })}`)
  await page.locator('.flag').first().waitFor()
}

function row(key) {
  return page.locator(`.flag[data-flag="${key}"]`)
}

function variantOf(key) {
  return row(key).locator('.flag-answer .chip').first().innerText()
}

/** The text in the editor. */
async function source() {
  const lines = await page.locator('.cm-line').allInnerTexts()
  return lines.map((line) => line.replace(/\n$/, '')).join('\n')
}

async function write(change) {
  await page.locator('.cm-content').waitFor()
  const text = change(await source())
  await page.locator('.cm-content').click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(text)
}

async function until(holds) {
  const end = Date.now() + 20_000
  while (!(await holds())) {
    if (Date.now() > end) assert.fail(`waited in vain: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
