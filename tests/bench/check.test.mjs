import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { checkAnswers } from './check.js'
import { FLAG, makeRuleset } from './ruleset.js'
import * as floor from './subjects/floor.js'

const cases = ['same', 'rotating', 'many']

describe('the check of answers', () => {
  let right
  before(async () => {
    right = await floor.open(floor.write(makeRuleset()))
  })
  const refuses = (wrong, message) =>
    assert.rejects(checkAnswers({ ...right, ...wrong }, { cases }), { message })

  it('takes the floor, and one that answers with promises', async () => {
    await checkAnswers(right, { cases })
    await checkAnswers(
      { one: async (...asked) => right.one(...asked), many: async (user) => right.many(user) },
      { cases },
    )
  })

  it('refuses a share that is not a half', async () => {
    const flags = makeRuleset().flags.map(({ rules, ...flag }) => ({
      ...flag,
      rules: rules.map((rule) => ({ ...rule, percent: rule.percent === 50 ? 60 : rule.percent })),
    }))
    const { one } = await floor.open(JSON.stringify(flags))
    await refuses({ one }, /^checkout: on for 1[12]\d\d of 2000 eligible users$/)
  })

  it('refuses what is on outside the countries', () => refuses({ one: () => true }, /is on in (DE|FR)$/))

  it('refuses answers that change', () => {
    let asked = 0
    return refuses({ one: () => ++asked % 2 === 0 }, /is not answered alike twice$/)
  })

  it('refuses what is no boolean', () => refuses({ one: () => 'on' }, '"on" is no boolean'))

  it('refuses who does not know the earlier rules', () => {
    const one = (user) => right.one(user, FLAG)
    return refuses({ one }, /^an earlier rule does not decide for /)
  })

  it('refuses flags that are missing among all, or wrong there', async () => {
    const without = ({ [FLAG]: _, ...others }) => others
    await refuses({ many: (user) => without(right.many(user)) }, '100 flags were answered, not 101')
    const off = (values) => Object.fromEntries(Object.keys(values).map((key) => [key, false]))
    await refuses({ many: (user) => off(right.many(user)) }, /^all flags: on for 0 of/)
    await refuses({ many: undefined }, 'there is no way to ask for all flags')
  })
})
