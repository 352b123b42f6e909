import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../js/build/paths.mjs'
import { differences, sizeTable, withTable } from '../js/build/size-table.mjs'
import { budgets, limits, measure, overBudget, TOLERANCE, tooLarge } from '../js/build/sizes.mjs'

// node --test tests/size.test.mjs: what is built weighs what the README says, and a byte too many is found.

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const rows = measure()

test('the README says what is measured; npm run size -- --write corrects it', () => {
  assert.deepEqual(differences(readme, rows), [])
})

test('nothing weighs more than its budget, or than what is recorded where that is not met', () => {
  assert.deepEqual(tooLarge(rows), [])
})

test('what has a budget is measured', () => {
  for (const name of Object.keys(budgets)) assert(rows.some((row) => row.name === name && row.brotli > 1_000))
})

test('only what does not meet its budget has a limit, and that is above the budget', () => {
  for (const [name, limit] of Object.entries(limits)) assert(limit > budgets[name], name)
})

test('a byte over a budget is found, growth beyond a recorded limit, and a file that is not there', () => {
  const heaviest = Object.keys(budgets).map((name) => ({
    name,
    brotli: name in limits ? limits[name] + TOLERANCE : budgets[name],
  }))
  assert.deepEqual(tooLarge(heaviest), [])
  for (const [index, { name }] of heaviest.entries()) {
    const grown = heaviest.with(index, { name, brotli: heaviest[index].brotli + 1 })
    assert.equal(tooLarge(grown).length, 1, name)
    assert(tooLarge(grown)[0].startsWith(`${name} is `), name)
    assert.deepEqual(tooLarge(heaviest.toSpliced(index, 1)), [`${name} was not built`])
  }
})

test('a limit that is not needed any more is found', () => {
  const small = Object.entries(budgets).map(([name, brotli]) => ({ name, brotli }))
  const unneeded = Object.keys(limits).map(
    (name) => `${name} meets its budget: take its limit out of sizes.mjs`,
  )
  assert.deepEqual(tooLarge(small), unneeded)
})

test('what is over its budget is said, and by how much', () => {
  const budget = budgets['runtime.wasm']
  assert.deepEqual(overBudget([{ name: 'runtime.wasm', brotli: budget }]), [])
  assert.deepEqual(overBudget([{ name: 'runtime.wasm', brotli: budget + 1_000 }]), [
    'runtime.wasm is 1,000 bytes over the 24,576 bytes of brotli of its budget: see js/build/SIZE.md',
  ])
})

test('a README that says otherwise is found, in every column', () => {
  const row = { name: 'a.js', minified: 3_000, gzip: 2_000, brotli: 1_000 }
  const text = withTable(readme, [row])
  assert.equal(withTable(text, rows), withTable(readme, rows))
  assert(text.includes(sizeTable([row])) && !text.includes('runtime.wasm` |'))
  assert.deepEqual(differences(text, [row]), [])
  for (const column of ['minified', 'gzip', 'brotli']) {
    assert.deepEqual(differences(text, [{ ...row, [column]: row[column] + 32 }]), [])
    assert.equal(differences(text, [{ ...row, [column]: row[column] + 33 }]).length, 1, column)
  }
  assert.deepEqual(differences(text, []), ['a.js is not built'])
  assert.deepEqual(differences(text, [row, { ...row, name: 'b.js' }]), ['b.js is missing'])
})
