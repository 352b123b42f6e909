export const packageName = '@flipt-io/flipt-client-js'

/** Only variant flags can have both a segment and a share; their variants are `on` and `off`. */
export function write({ flags }) {
  return JSON.stringify({
    namespace: { key: 'default' },
    flags: flags.map(({ key, rules }) => ({
      key,
      name: key,
      enabled: true,
      type: 'VARIANT_FLAG_TYPE',
      rollouts: [],
      rules: rules.map((rule, index) => writeRule(rule, `${key}-${index + 1}`, index + 1)),
    })),
  })
}

export async function open(payload) {
  const { FliptClient } = await import('@flipt-io/flipt-client-js')
  const client = await FliptClient.init({
    updateInterval: 0,
    fetcher: async () => ({
      ok: true,
      status: 200,
      statusText: 'OK',
      headers: new Headers(),
      json: async () => JSON.parse(payload),
    }),
  })
  const keys = client.listFlags().map(({ key }) => key)
  return {
    input: ({ targetingKey, country, plan, age }) => ({
      entityId: targetingKey,
      context: { country, plan, age: `${age}` },
    }),
    one: (user, key) => client.evaluateVariant({ flagKey: key, ...user }).variantKey === 'on',
    many: (user) => client.evaluateBatch(keys.map((flagKey) => ({ flagKey, ...user }))),
    readMany: ({ responses }) =>
      Object.fromEntries(
        responses.map(({ variantEvaluationResponse: { flagKey, variantKey } }) => [
          flagKey,
          variantKey === 'on',
        ]),
      ),
    close: () => client.close(),
  }
}

function writeRule({ attribute, in: list, above, percent }, id, rank) {
  const constraint = list
    ? { type: 'STRING_CONSTRAINT_COMPARISON_TYPE', operator: 'isoneof', value: JSON.stringify(list) }
    : { type: 'NUMBER_CONSTRAINT_COMPARISON_TYPE', operator: 'gt', value: `${above}` }
  return {
    id,
    rank,
    segmentOperator: 'OR_SEGMENT_OPERATOR',
    segments: [
      { key: id, matchType: 'ALL_SEGMENT_MATCH_TYPE', constraints: [{ property: attribute, ...constraint }] },
    ],
    distributions: [
      { ruleId: id, rollout: percent, variantId: 'on', variantKey: 'on', variantAttachment: '' },
      { ruleId: id, rollout: 100 - percent, variantId: 'off', variantKey: 'off', variantAttachment: '' },
    ].filter(({ rollout }) => rollout > 0),
  }
}
