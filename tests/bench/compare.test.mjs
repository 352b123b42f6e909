import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { betterOf, compareRatios, roundRatios, WORSE } from './compare.js'

const committed = { 'tidegate-fresh': { same: 1.2, many: 0.6 }, 'tidegate-bound': { same: 0.5 } }

describe('the comparison with committed ratios', () => {
  it('finds nothing where nothing changed, and nothing where ratios fell', () => {
    assert.deepEqual(compareRatios(committed, committed), [])
    assert.deepEqual(compareRatios(betterOf(committed, scaled(0.5)), committed), [])
  })

  it('allows up to one and a half times, and refuses that much', () => {
    assert.deepEqual(compareRatios(scaled(WORSE - 0.01), committed), [])
    assert.deepEqual(compareRatios(scaled(WORSE), committed), [
      'tidegate-fresh, same: 1.80 × the floor, 1.2 × is committed',
      'tidegate-fresh, many: 0.90 × the floor, 0.6 × is committed',
      'tidegate-bound, same: 0.75 × the floor, 0.5 × is committed',
    ])
  })

  it('names the one ratio that is worse', () => {
    const found = { ...committed, 'tidegate-bound': { same: 2 } }
    assert.deepEqual(compareRatios(found, committed), [
      'tidegate-bound, same: 2.00 × the floor, 0.5 × is committed',
    ])
  })

  it('refuses ratios that are missing on either side, or are no numbers', () => {
    const { 'tidegate-bound': _, ...less } = committed
    assert.equal(compareRatios(less, committed).length, 1)
    assert.equal(compareRatios(committed, less).length, 1)
    assert.equal(compareRatios({ ...committed, 'tidegate-bound': { same: Number.NaN } }, committed).length, 1)
  })

  it('takes the better of two runs', () => {
    assert.deepEqual(betterOf(committed, scaled(2)), committed)
    assert.deepEqual(betterOf(scaled(2), committed), committed)
  })

  it('keeps three digits', () => {
    assert.deepEqual(roundRatios({ one: { same: 0.123456, many: 12.3456 } }), {
      one: { same: 0.123, many: 12.3 },
    })
  })
})

function scaled(factor) {
  return Object.fromEntries(
    Object.entries(committed).map(([subject, cases]) => [
      subject,
      Object.fromEntries(Object.entries(cases).map(([name, ratio]) => [name, ratio * factor])),
    ]),
  )
}
