export const packageName = '@launchdarkly/node-server-sdk'

/** Answers are promises, and are awaited one after the other. */
export const asynchronous = true

export function write({ flags }) {
  return JSON.stringify(
    flags.map(({ key, salt, rules }) => ({
      key,
      salt,
      version: 1,
      on: true,
      variations: [true, false],
      offVariation: 1,
      fallthrough: { variation: 1 },
      targets: [],
      prerequisites: [],
      rules: rules.map((rule, index) => writeRule(rule, `${key}-${index}`)),
    })),
  )
}

export async function open(payload) {
  const { init, integrations } = await importBoth()
  const source = new integrations.TestData()
  for (const flag of JSON.parse(payload)) source.usePreconfiguredFlag(flag)
  const quiet = () => {}
  const client = init('sdk-bench', {
    updateProcessor: source.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: { debug: quiet, info: quiet, warn: console.warn, error: console.error },
  })
  await client.waitForInitialization({ timeout: 5 })
  return {
    input: ({ targetingKey, ...attributes }) => ({ kind: 'user', key: targetingKey, ...attributes }),
    one: (user, key) => client.boolVariation(key, user, false),
    many: (user) => client.allFlagsState(user),
    readMany: (state) => state.allValues(),
    close: () => client.close(),
  }
}

async function importBoth() {
  const [main, integrations] = await Promise.all([
    import('@launchdarkly/node-server-sdk'),
    import('@launchdarkly/node-server-sdk/integrations'),
  ])
  return { init: main.init ?? main.default.init, integrations: integrations.default ?? integrations }
}

function writeRule({ attribute, in: list, above, percent }, id) {
  const clause = list ? { op: 'in', values: list } : { op: 'greaterThan', values: [above] }
  const share = [
    { variation: 0, weight: percent * 1_000 },
    { variation: 1, weight: (100 - percent) * 1_000 },
  ]
  return {
    id,
    clauses: [{ attribute, contextKind: 'user', negate: false, ...clause }],
    ...(percent === 100 ? { variation: 0 } : { rollout: { contextKind: 'user', variations: share } }),
  }
}
