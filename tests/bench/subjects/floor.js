/**
 * Hand-written JavaScript: what somebody would write who needs rules and shares, and no product. Salt and unit are joined to one string
 * and hashed, as is usual.
 */
export const packageName = undefined

export function write({ flags }) {
  return JSON.stringify(flags)
}

export async function open(payload, _options, hash = hashJoined) {
  const flags = new Map()
  for (const { key, salt, rules } of JSON.parse(payload)) {
    flags.set(key, { key, salt, rules: rules.map(readRule) })
  }

  function one(user, key) {
    const flag = flags.get(key)
    return flag === undefined ? false : decide(flag, user, hash)
  }

  function many(user) {
    const values = {}
    for (const flag of flags.values()) values[flag.key] = decide(flag, user, hash)
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
function decide(flag, user, hash) {
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
function hashJoined(salt, unit) {
  return fnv1a(`${salt}:${unit}`) >>> 0
}

/** FNV-1a, 32 bits, going on from the digest of what stands before. */
export function fnv1a(text, digest = 0x811c9dc5) {
  for (let index = 0; index < text.length; index++) {
    digest = Math.imul(digest ^ text.charCodeAt(index), 0x01000193)
  }
  return digest
}
