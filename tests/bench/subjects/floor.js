/**
 * Hand-written JavaScript: what somebody would write who needs rules and shares, and no product, and who measured it once. Joining the
 * salt and the unit to one string, as is usual, would take three times as long.
 */
export const packageName = undefined

export function write({ flags }) {
  return JSON.stringify(flags)
}

export async function open(payload) {
  const flags = new Map()
  for (const { key, salt, rules } of JSON.parse(payload)) {
    flags.set(key, { key, salt, rules: rules.map(readRule) })
  }

  function one(user, key) {
    const flag = flags.get(key)
    return flag === undefined ? false : decide(flag, user)
  }

  function many(user) {
    const values = {}
    for (const flag of flags.values()) values[flag.key] = decide(flag, user)
    return values
  }

  return { one, many }
}

function readRule({ attribute, in: list, above, percent }) {
  return {
    attribute,
    operator: list ? 'in' : '>',
    values: list && new Set(list),
    above,
    slots: percent * 1_000,
  }
}

/** The first rule whose condition holds decides; its share is of 100,000 slots. */
function decide(flag, user) {
  for (const rule of flag.rules) {
    if (holds(rule, user)) {
      if (rule.slots === 100_000) return true
      return hash(flag.salt, user.targetingKey) % 100_000 < rule.slots
    }
  }
  return false
}

function holds(rule, user) {
  const value = user[rule.attribute]
  switch (rule.operator) {
    case 'in':
      return rule.values.has(value)
    case '>':
      return typeof value === 'number' && value > rule.above
    default:
      return false
  }
}

/** FNV-1a, 32 bits, over `salt:unit`, by UTF-16 units, which are all ASCII here. */
function hash(salt, unit) {
  let hash = 0x811c9dc5 | 0
  for (let index = 0; index < salt.length; index++) {
    hash = Math.imul(hash ^ salt.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ 0x3a, 0x01000193)
  for (let index = 0; index < unit.length; index++) {
    hash = Math.imul(hash ^ unit.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
