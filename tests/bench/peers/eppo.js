export const packageName = '@eppo/js-client-sdk-common'

/** Each rule is an allocation, and those whom its shards leave out would fall through; so a second split serves `off`. */
export function write({ flags }) {
  return JSON.stringify(
    Object.fromEntries(
      flags.map(({ key, salt, rules }) => [
        key,
        {
          key,
          enabled: true,
          variationType: 'BOOLEAN',
          totalShards: 10_000,
          variations: { on: { key: 'on', value: true }, off: { key: 'off', value: false } },
          allocations: rules.map((rule, index) => writeAllocation(rule, `${key}-${index}`, salt)),
        },
      ]),
    ),
  )
}

export async function open(payload) {
  const { EppoClient, MemoryOnlyConfigurationStore, applicationLogger } = await import(
    '@eppo/js-client-sdk-common'
  ).then((loaded) => loaded.default ?? loaded)
  applicationLogger.level = 'error'
  const store = new MemoryOnlyConfigurationStore()
  await store.setEntries(JSON.parse(payload))
  store.setFormat('SERVER')
  const client = new EppoClient({ flagConfigurationStore: store })
  const keys = client.getFlagKeys()
  return {
    input: ({ targetingKey, ...attributes }) => ({ id: targetingKey, attributes }),
    one: ({ id, attributes }, key) => client.getBooleanAssignment(key, id, attributes, false),
    many({ id, attributes }) {
      const values = {}
      for (const key of keys) values[key] = client.getBooleanAssignment(key, id, attributes, false)
      return values
    },
  }
}

function writeAllocation({ attribute, in: list, above, percent }, key, salt) {
  const condition = list ? { operator: 'ONE_OF', value: list } : { operator: 'GT', value: above }
  const split = (variationKey, start, end) => ({ variationKey, shards: [{ salt, ranges: [{ start, end }] }] })
  const cut = percent * 100
  return {
    key,
    rules: [{ conditions: [{ attribute, ...condition }] }],
    splits:
      percent === 100
        ? [{ variationKey: 'on', shards: [] }]
        : [split('on', 0, cut), split('off', cut, 10_000)],
    doLog: false,
  }
}
