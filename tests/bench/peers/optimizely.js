export const packageName = '@optimizely/optimizely-sdk'

/** Each flag has a rollout of targeted deliveries; the last one is for everyone else and serves `off`. */
export function write({ flags }) {
  const audiences = []
  return JSON.stringify({
    version: '4',
    revision: '1',
    projectId: '1',
    accountId: '1',
    sdkKey: 'bench',
    environmentKey: 'production',
    anonymizeIP: false,
    botFiltering: false,
    attributes: ['country', 'plan', 'age'].map((key, number) => ({ id: `attribute-${number}`, key })),
    events: [],
    experiments: [],
    groups: [],
    variables: [],
    integrations: [],
    featureFlags: flags.map(({ key }) => ({
      id: `flag-${key}`,
      key,
      rolloutId: `rollout-${key}`,
      experimentIds: [],
      variables: [],
    })),
    rollouts: flags.map(({ key, rules }) => ({
      id: `rollout-${key}`,
      experiments: [
        ...rules.map((rule, index) => {
          const id = `${key}-${index}`
          audiences.push({ id: `audience-${id}`, name: id, conditions: writeConditions(rule) })
          return writeDelivery(id, [`audience-${id}`], rule.percent * 100, true)
        }),
        writeDelivery(`${key}-default`, [], 10_000, false),
      ],
    })),
    typedAudiences: audiences,
    audiences: [],
  })
}

export async function open(payload) {
  const { createInstance, createStaticProjectConfigManager, OptimizelyDecideOption } = await import(
    '@optimizely/optimizely-sdk'
  )
  const client = createInstance({
    projectConfigManager: createStaticProjectConfigManager({ datafile: payload }),
  })
  await client.onReady()
  const quiet = [OptimizelyDecideOption.DISABLE_DECISION_EVENT, OptimizelyDecideOption.EXCLUDE_VARIABLES]
  return {
    input: ({ targetingKey, ...attributes }) => ({ id: targetingKey, attributes }),
    one: ({ id, attributes }, key) => client.createUserContext(id, attributes).decide(key, quiet).enabled,
    many: ({ id, attributes }) => client.createUserContext(id, attributes).decideAll(quiet),
    readMany: (decisions) =>
      Object.fromEntries(Object.entries(decisions).map(([key, { enabled }]) => [key, enabled])),
    close: () => client.close(),
  }
}

function writeDelivery(id, audienceIds, endOfRange, featureEnabled) {
  const variation = `variation-${id}`
  return {
    id,
    key: id,
    status: 'Running',
    layerId: `layer-${id}`,
    audienceIds,
    forcedVariations: {},
    variations: [{ id: variation, key: featureEnabled ? 'on' : 'off', featureEnabled, variables: [] }],
    trafficAllocation: [{ entityId: variation, endOfRange }],
  }
}

function writeConditions({ attribute, in: list, above }) {
  const leaf = (match, value) => ({ type: 'custom_attribute', name: attribute, match, value })
  return list ? ['or', ...list.map((value) => leaf('exact', value))] : ['and', leaf('gt', above)]
}
