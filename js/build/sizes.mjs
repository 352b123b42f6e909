import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { dist } from './paths.mjs'

/**
 * What must not weigh more, in bytes of brotli: the engine, and the JavaScript that browsers load beside it.
 *
 * This is the one place that says so.
 */
export const budgets = { 'runtime.wasm': 24 * 1_024, 'browser.js': 6 * 1_024 }

/**
 * What does not meet its budget, and what it weighed when that was last recorded: SIZE.md says where the bytes go, and
 * what it would take. It may not grow from there.
 */
export const limits = { 'runtime.wasm': 27_013 }

/**
 * By how much a figure may differ from one that another machine wrote.
 *
 * The same sources give the same wasm everywhere; another version of zlib may compress it to some bytes more or less.
 */
export const TOLERANCE = 32

/** The row of what a browser loads in all. */
export const BROWSER_SUM = 'runtime.wasm + browser.js'

/** What an app can load: the name of each file of `dist`, its bytes, with gzip at level 9, with brotli at quality 11. */
export function measure(folder = dist) {
  const rows = readdirSync(folder)
    .filter((name) => /\.(js|wasm)$/.test(name) && !name.startsWith('studio'))
    .sort((left, right) => left.endsWith('.js') - right.endsWith('.js') || (left < right ? -1 : 1))
    .map((name) => weigh(name, readFileSync(join(folder, name))))
  const parts = Object.keys(budgets).map((name) => rows.find((row) => row.name === name))
  if (parts.includes(undefined)) return rows
  const sum = (key) => parts.reduce((total, part) => total + part[key], 0)
  return [...rows, { name: BROWSER_SUM, minified: sum('minified'), gzip: sum('gzip'), brotli: sum('brotli') }]
}

/** What weighs more than it may, should be there and is not, or has a limit that it does not need, as sentences. */
export function tooLarge(rows) {
  return Object.keys(budgets).flatMap((name) => {
    const [budget, limit] = [budgets[name], limits[name]]
    const brotli = rows.find((row) => row.name === name)?.brotli
    if (brotli === undefined) return [`${name} was not built`]
    if (brotli <= budget) {
      return limit === undefined ? [] : [`${name} meets its budget: take its limit out of sizes.mjs`]
    }
    if (limit === undefined) return [`${name} is ${over(brotli, budget)} its budget`]
    return brotli <= limit + TOLERANCE ? [] : [`${name} is ${over(brotli, limit)} what SIZE.md records`]
  })
}

/** What is over its budget, whether or not a limit allows it, as sentences. */
export function overBudget(rows) {
  return rows
    .filter(({ name, brotli }) => brotli > budgets[name])
    .map(({ name, brotli }) => `${name} is ${over(brotli, budgets[name])} its budget: see js/build/SIZE.md`)
}

/** Prints what has a budget, and how much of it is used. */
export function printBudgets() {
  const rows = measure()
  for (const { name, brotli } of rows) {
    const budget = budgets[name]
    if (budget) console.log(`${name}: ${grouped(brotli)} of ${grouped(budget)} bytes of brotli`)
  }
  for (const sentence of overBudget(rows)) console.log(sentence)
}

/** A number of bytes, for people. */
export function grouped(bytes) {
  return bytes.toLocaleString('en')
}

function over(bytes, most) {
  return `${grouped(bytes - most)} bytes over the ${grouped(most)} bytes of brotli of`
}

function weigh(name, bytes) {
  return {
    name,
    minified: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  }
}
