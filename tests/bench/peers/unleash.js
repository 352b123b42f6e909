export const packageName = 'unleash-client'

/** The strategies of a flag are alternatives, which comes to the same as its rules. */
export function write({ flags }) {
  return JSON.stringify(
    flags.map(({ key, rules }) => ({
      name: key,
      type: 'release',
      enabled: true,
      variants: [],
      strategies: rules.map(({ percent, ...rule }) => ({
        name: 'flexibleRollout',
        parameters: { rollout: `${percent}`, stickiness: 'userId', groupId: key },
        constraints: [writeConstraint(rule)],
      })),
    })),
  )
}

/** Starts from a bootstrap. The one request that cannot be turned off goes to a port of this machine where nothing listens. */
export async function open(payload) {
  const { Unleash, InMemStorageProvider } = await import('unleash-client').then(
    (loaded) => loaded.default ?? loaded,
  )
  const client = new Unleash({
    appName: 'bench',
    url: 'http://127.0.0.1:9/api/',
    refreshInterval: 0,
    disableMetrics: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: { data: JSON.parse(payload) },
  })
  client.on('error', () => {})
  await new Promise((resolve) => client.once('ready', resolve))
  const keys = client.getFeatureToggleDefinitions().map(({ name }) => name)
  return {
    input: ({ targetingKey, country, plan, age }) => ({
      userId: targetingKey,
      properties: { country, plan, age: `${age}` },
    }),
    one: (user, key) => client.isEnabled(key, user),
    many(user) {
      const values = {}
      for (const key of keys) values[key] = client.isEnabled(key, user)
      return values
    },
    close: () => client.destroy(),
  }
}

function writeConstraint({ attribute, in: list, above }) {
  const compared = list
    ? { operator: 'IN', values: list }
    : { operator: 'NUM_GT', values: [], value: `${above}` }
  return { contextName: attribute, inverted: false, caseInsensitive: false, ...compared }
}
