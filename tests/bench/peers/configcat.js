export const packageName = '@configcat/sdk'

const TEXT_IS_ONE_OF = 0
const NUMBER_IS_GREATER = 14

export function write({ flags }) {
  return JSON.stringify({
    p: { u: 'https://127.0.0.1', r: 0, s: 'c2FsdA==' },
    s: [],
    f: Object.fromEntries(
      flags.map(({ key, rules }) => [key, { t: 0, r: rules.map(writeRule), ...serve(false) }]),
    ),
  })
}

/** Asks a snapshot of the client, its way to get answers without promises. */
export async function open(payload) {
  const { getClient, createConsoleLogger, PollingMode, LogLevel } = await import('@configcat/sdk/node')
  const key = `configcat-sdk-1/${'a'.repeat(22)}/${'b'.repeat(22)}`
  const client = getClient(key, PollingMode.ManualPoll, {
    logger: createConsoleLogger(LogLevel.Error),
    configFetcher: {
      fetchAsync: async () => ({ statusCode: 200, reasonPhrase: 'OK', headers: [], body: payload }),
    },
  })
  await client.forceRefreshAsync()
  const snapshot = client.snapshot()
  const keys = snapshot.getAllKeys()
  return {
    input: ({ targetingKey, country, plan, age }) => ({
      identifier: targetingKey,
      country,
      custom: { plan, age },
    }),
    one: (user, key) => snapshot.getValue(key, false, user),
    many(user) {
      const values = {}
      for (const key of keys) values[key] = snapshot.getValue(key, false, user)
      return values
    },
    close: () => client.dispose(),
  }
}

function writeRule({ attribute, in: list, above, percent }) {
  const compared = list ? { c: TEXT_IS_ONE_OF, l: list } : { c: NUMBER_IS_GREATER, d: above }
  const condition = { u: { a: attribute === 'country' ? 'Country' : attribute, ...compared } }
  const served =
    percent === 100
      ? { s: serve(true) }
      : {
          p: [
            { p: percent, ...serve(true) },
            { p: 100 - percent, ...serve(false) },
          ],
        }
  return { c: [condition], ...served }
}

function serve(value) {
  return { v: { b: value }, i: value ? 'on' : 'off' }
}
