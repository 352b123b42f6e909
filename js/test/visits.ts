import { codesOf, open } from './clients.js'
import { makePublisher, type Publisher, serving } from './publisher.js'
import { flags } from './snapshots.js'

type Answer = () => Response | Promise<Response>

/** Where the published files are to be found. */
export const source = 'https://flags.test/shop/'

/** One who has published once. */
export function published(): Publisher {
  const publisher = makePublisher({ flags })
  publisher.publish()
  return publisher
}

/** A client of what was published, with what it asks for and what it tells. */
export function visit(
  publisher: Publisher,
  options: object = {},
  instead: Readonly<Record<string, Answer>> = {},
) {
  const served = serving(publisher.files, '/shop/')
  for (const [path, answer] of Object.entries(instead)) served.instead.set(path, answer)
  const client = open({ source, trust: publisher.trust, fetch: served.fetch, ...options })
  const causes: unknown[] = []
  const changes: string[][] = []
  const statuses: string[] = []
  client.on('error', ({ cause }) => causes.push(cause))
  client.on('change', (keys) => changes.push([...keys].sort()))
  client.on('status', (status) => statuses.push(status))
  return { ...served, client, codes: codesOf(client), causes, changes, statuses }
}
