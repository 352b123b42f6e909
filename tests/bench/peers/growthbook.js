export const packageName = '@growthbook/growthbook'

export function write({ flags }) {
  return JSON.stringify({
    features: Object.fromEntries(
      flags.map(({ key, salt, rules }) => [
        key,
        { defaultValue: false, rules: rules.map((rule) => writeRule(rule, salt)) },
      ]),
    ),
  })
}

export async function open(payload) {
  const { GrowthBookClient } = await import('@growthbook/growthbook')
  const client = new GrowthBookClient().initSync({ payload: JSON.parse(payload) })
  const keys = Object.keys(client.getFeatures())
  return {
    input: ({ targetingKey, ...attributes }) => ({ attributes: { id: targetingKey, ...attributes } }),
    one: (user, key) => client.isOn(key, user),
    many(user) {
      const values = {}
      for (const key of keys) values[key] = client.isOn(key, user)
      return values
    },
  }
}

export function writeRule({ attribute, in: list, above, percent }, salt) {
  const rule = { condition: { [attribute]: list ? { $in: list } : { $gt: above } }, force: true }
  if (percent < 100)
    Object.assign(rule, { coverage: percent / 100, hashAttribute: 'id', hashVersion: 2, seed: salt })
  return rule
}
