export const packageName = '@statsig/js-on-device-eval-client'

export function write({ flags }) {
  return JSON.stringify({
    has_updates: true,
    time: 1_700_000_000_000,
    dynamic_configs: [],
    layer_configs: [],
    feature_gates: flags.map(({ key, salt, rules }) => ({
      name: key,
      type: 'feature_gate',
      entity: 'feature_gate',
      salt,
      enabled: true,
      defaultValue: false,
      idType: 'userID',
      rules: rules.map((rule, index) => writeRule(rule, `${key}-${index}`)),
    })),
  })
}

export async function open(payload) {
  const { StatsigOnDeviceEvalClient } = await import('@statsig/js-on-device-eval-client').then(
    (loaded) => loaded.default ?? loaded,
  )
  const client = new StatsigOnDeviceEvalClient('client-bench', {
    networkConfig: { preventAllNetworkTraffic: true },
    loggingEnabled: 'disabled',
    disableStorage: true,
  })
  client.dataAdapter.setData(payload)
  client.initializeSync({ disableBackgroundCacheRefresh: true })
  const keys = JSON.parse(payload).feature_gates.map(({ name }) => name)
  const quiet = { disableExposureLog: true }
  return {
    input: ({ targetingKey, country, plan, age }) => ({
      userID: targetingKey,
      country,
      custom: { plan, age },
    }),
    one: (user, key) => client.checkGate(key, user, quiet),
    many(user) {
      const values = {}
      for (const key of keys) values[key] = client.checkGate(key, user, quiet)
      return values
    },
    close: () => client.shutdown(),
  }
}

function writeRule({ attribute, in: list, above, percent }, name) {
  const compared = list ? { operator: 'any', targetValue: list } : { operator: 'gt', targetValue: above }
  return {
    name,
    id: name,
    salt: name,
    passPercentage: percent,
    idType: 'userID',
    returnValue: true,
    conditions: [
      { type: 'user_field', field: attribute, additionalValues: {}, idType: 'userID', ...compared },
    ],
  }
}
