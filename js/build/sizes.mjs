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

/** The rows that weigh more than they may, or that should be there and are not, as sentences. */
export function overBudget(rows, limits = budgets) {
  return Object.entries(limits).flatMap(([name, limit]) => {
    const brotli = rows.find((row) => row.name === name)?.brotli
    if (brotli === undefined) return [`${name} was not built`]
    if (brotli <= limit) return []
    return [
      `${name} is ${grouped(brotli - limit)} bytes over its budget of ${grouped(limit)} bytes of brotli`,
    ]
  })
}

/** Prints what has a budget, and how much of it is used. */
export function printBudgets() {
  for (const { name, brotli } of measure()) {
    const budget = budgets[name]
    if (budget) console.log(`${name}: ${grouped(brotli)} of ${grouped(budget)} bytes of brotli`)
  }
}

/** A number of bytes, for people. */
export function grouped(bytes) {
  return bytes.toLocaleString('en')
}

function weigh(name, bytes) {
  return {
    name,
    minified: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  }
}
