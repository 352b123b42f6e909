import { pathToFileURL } from 'node:url'
import { contrasts } from './contrast.mjs'

/** A phone, a tablet, a desk. */
export const WIDTHS = [360, 768, 1440]

/** What WCAG 2 asks of text that is not large. */
const LEAST_CONTRAST = 4.5

/** The texts of a page that are too pale to read. */
export async function pale(page) {
  return (await page.evaluate(contrasts)).filter(({ contrast }) => contrast < LEAST_CONTRAST)
}

/** Opens the page, and notes everything that it should not do. */
export async function open(browser, file, { width, ...more }) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, ...more })
  const page = await context.newPage()
  const url = pathToFileURL(file).href
  const complaints = []
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('dialog', (dialog) => complaints.push(`asked ${dialog.message()}`))
  page.on('request', (request) => {
    if (request.url() !== url) complaints.push(`asked for ${request.url()}`)
  })
  await page.goto(url)
  return { page, complaints }
}

/** Words that are parted in their middle, for want of room; parts of addresses are none. */
export function parted(page) {
  return page.evaluate(() => {
    const found = new Set()
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const range = document.createRange()
    while (texts.nextNode()) {
      const text = texts.currentNode
      if (text.parentElement.closest('script, style')) continue
      // Headings of cards are there for whoever listens, in no room at all.
      const head = text.parentElement.closest('thead')
      if (head && getComputedStyle(head).clipPath !== 'none') continue
      for (const { 0: word, index } of text.textContent.matchAll(
        /(?<![/.])\b[\p{L}\p{N}]+(?:[.,]\p{N}+)*%?/gu,
      )) {
        range.setStart(text, index)
        range.setEnd(text, index + word.length)
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)))
        if (lines.size > 1) found.add(word)
      }
    }
    return [...found]
  })
}

/** How much wider the page is than its window; of what is cut off inside of it too. */
export function overflow(page) {
  return page.evaluate(() => {
    const wide = [...document.querySelectorAll('body, body *')].filter(
      (element) =>
        !element.closest('thead') &&
        element.scrollWidth > Math.ceil(element.clientWidth) &&
        element.clientWidth > 0,
    )
    return Math.max(
      document.documentElement.scrollWidth - innerWidth,
      wide.filter((element) => getComputedStyle(element).display !== 'inline').length,
    )
  })
}
