export const packageName = '@openfeature/flagd-core'

/** JSONLogic; `fractional` hashes the flag's key and the targeting key unless it is told otherwise. */
export function write({ flags }) {
  return JSON.stringify({
    flags: Object.fromEntries(
      flags.map(({ key, rules }) => [
        key,
        {
          state: 'ENABLED',
          variants: { on: true, off: false },
          defaultVariant: 'off',
          targeting: { if: [...rules.flatMap(branch), 'off'] },
        },
      ]),
    ),
  })
}

export async function open(payload) {
  const { FlagdCore } = await import('@openfeature/flagd-core')
  const core = new FlagdCore()
  core.setConfigurations(payload)
  return {
    one: (user, key) => core.resolveBooleanEvaluation(key, false, user).value,
    many: (user) => core.resolveAll(user),
    readMany: (answers) => Object.fromEntries(answers.map(({ flagKey, value }) => [flagKey, value])),
  }
}

function branch({ attribute, in: list, above, percent }) {
  const variable = { var: attribute }
  const shares = [
    ['on', percent],
    ['off', 100 - percent],
  ]
  return [
    list ? { in: [variable, list] } : { '>': [variable, above] },
    percent === 100 ? 'on' : { fractional: shares },
  ]
}
