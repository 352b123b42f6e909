/** The flag with one rule, which most cases ask for. */
export const FLAG = 'checkout'

/**
 * What every subject is given, 101 flags unless more are asked for: each has ordered rules, the first that matches decides, and none serves `false`.
 *
 * A rule compares one attribute and serves `true` to `percent` of the users that match, `false` to the others. Each subject writes
 * this in its own format.
 */
export function makeRuleset(features = 100) {
  const flags = [{ key: FLAG, salt: saltOf(0), rules: [northAmerica] }]
  for (let number = 1; number <= features; number++) {
    flags.push({
      key: featureKey(number),
      salt: saltOf(number),
      rules: [
        { attribute: 'plan', in: ['enterprise', `partner-${number % 10}`], percent: 100 },
        { attribute: 'age', above: 60 + (number % 10), percent: 100 },
        northAmerica,
      ],
    })
  }
  return { flags }
}

export function featureKey(number) {
  return `feature-${`${number}`.padStart(3, '0')}`
}

const northAmerica = { attribute: 'country', in: ['US', 'CA'], percent: 50 }

/**
 * `timed` are users for whom the hash decides in every flag, `checked` are as many of these as of users outside the countries,
 * `certain` are two for whom an earlier rule decides. All have one shape, and strings as a parser makes them.
 */
export function makeUsers() {
  return copyOf({
    timed: Array.from({ length: 1_000 }, (_, number) => user(number, ['US', 'CA'][number % 2])),
    checked: Array.from({ length: 4_000 }, (_, number) => user(number, ['US', 'DE', 'CA', 'FR'][number % 4])),
    certain: [
      { ...user(1, 'DE'), plan: 'enterprise' },
      { ...user(2, 'FR'), age: 75 },
    ],
  })
}

/** One of the timed users, alone. */
export function makeUser() {
  return copyOf(user(0, 'US'))
}

function user(number, country) {
  const age = 20 + (number % 35)
  return { targetingKey: `user-${drawDigits(number)}`, country, plan: 'free', age }
}

/** A copy of data that shares nothing with it. */
export function copyOf(data) {
  return JSON.parse(JSON.stringify(data))
}

export function isEligible({ country }) {
  return country === 'US' || country === 'CA'
}

/** Six characters, as the command line tool makes them. */
function saltOf(number) {
  return (mix(number + 1) % 36 ** 6).toString(36).padStart(6, '0')
}

function drawDigits(number) {
  return `${mix(number) % 100_000_000}`.padStart(8, '0')
}

/** Spreads consecutive numbers over 32 bits. */
function mix(number) {
  let mixed = Math.imul(number ^ 0x5bd1e995, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
  return (mixed ^ (mixed >>> 13)) >>> 0
}
