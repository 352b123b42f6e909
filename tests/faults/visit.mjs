import { createClient } from '../../js/dist/node.js'

/** The moment of all documents, and of the clocks: that of `js/test/snapshots.ts`. */
export const NOW = Date.parse('2026-11-21T12:00:00Z')

/** What is served where nothing is in force. */
export const DEFAULT = 'default'

/**
 * Opens a client of the built package that is asked all the time what `probe` serves: what it served and which errors it told is
 * noted, and whatever a question throws.
 */
export function visit(options) {
  const seen = { served: [], codes: [], errors: [], statuses: [], thrown: [] }
  const client = createClient({ scope: 'shop/production/server', refresh: false, now: () => NOW, ...options })
  client.on('error', (error) => {
    seen.codes.push(error.code)
    seen.errors.push(error)
  })
  client.on('status', (status) => seen.statuses.push(status))
  const timer = setInterval(ask, 1)
  ask()
  return { client, ...seen, shown, close }

  /** Asks in each way, which must agree. */
  function ask(key = 'probe') {
    try {
      const details = client.details(key, DEFAULT, {})
      const value = client.value(key, DEFAULT, {})
      const among = client.all({})[key] ?? DEFAULT
      if (details.value !== value || among !== value) throw new Error(`${details.value}, ${value}, ${among}`)
      if (key === 'probe' && seen.served.at(-1) !== value) seen.served.push(value)
      return details
    } catch (error) {
      seen.thrown.push(error)
      return { value: 'an exception', reason: String(error) }
    }
  }

  /** What is served, in the words of the table. */
  function shown(key) {
    const { value, reason, flagMetadata } = ask(key)
    const why = flagMetadata?.exit === 'killed' ? 'killed' : reason
    return `${value} ${why} ${client.status}`
  }

  function close() {
    clearInterval(timer)
    client.close()
  }
}
