import { copyOf, FLAG, isEligible, makeUsers } from './ruleset.js'

/** So far from one half a share of 2,000 users may be: more than four standard deviations. */
const TOLERANCE = 0.05

/** Throws unless a subject answers as the ruleset says, in each way in which it will be asked. */
export async function checkAnswers(evaluator, { cases }) {
  const { checked, certain } = makeUsers()
  const { input = (user) => user, one, read = (answer) => answer, many } = evaluator
  const ask = async (user, key) => read(await one(input(user), key), key)

  let on = 0
  for (const user of checked) {
    const answer = await ask(user, FLAG)
    expect(typeof answer === 'boolean', `${JSON.stringify(answer)} is no boolean`)
    expect(answer === (await ask(copyOf(user), FLAG)), `${user.targetingKey} is not answered alike twice`)
    if (!isEligible(user)) expect(!answer, `${FLAG} is on in ${user.country}`)
    else if (answer) on++
  }
  expectShare(on, checked.filter(isEligible).length, FLAG)
  for (const user of certain) {
    expect(await ask(user, 'feature-001'), `an earlier rule does not decide for ${JSON.stringify(user)}`)
  }
  if (!cases.includes('many')) return
  expect(many !== undefined, 'there is no way to ask for all flags')
  await checkMany(evaluator, checked.slice(0, 40), certain)
}

async function checkMany({ input = (user) => user, many, readMany = (answers) => answers }, users, certain) {
  const ask = async (user) => {
    const values = Object.entries(readMany(await many(input(user))))
    expect(values.length === 101, `${values.length} flags were answered, not 101`)
    expect(
      values.every(([, value]) => typeof value === 'boolean'),
      'not all values are booleans',
    )
    return values.filter(([, value]) => value).length
  }
  let on = 0
  for (const user of users) {
    const found = await ask(user)
    expect(found === (await ask(user)), `${user.targetingKey} is not answered alike twice`)
    if (isEligible(user)) on += found
    else expect(found === 0, `${found} flags are on in ${user.country}`)
  }
  expectShare(on, users.filter(isEligible).length * 101, 'all flags')
  for (const user of certain) {
    const found = await ask(user)
    expect(found === 100, `${found} flags are on for ${JSON.stringify(user)}, not 100`)
  }
}

function expectShare(on, of, what) {
  expect(Math.abs(on / of - 0.5) < TOLERANCE, `${what}: on for ${on} of ${of} eligible users`)
}

function expect(holds, otherwise) {
  if (!holds) throw new Error(otherwise)
}
