import { cancel, later } from '../timer.js'
import type { Fetch } from '../types.js'
import type { Nudge, Nudged } from './nudge.js'

export interface ServerSentEventsOptions {
  /** Where the events are; `events` beside the source's files unless given. */
  readonly url?: string | URL
  /** Used instead of the global `fetch`. */
  readonly fetch?: Fetch
  /** Milliseconds of silence after which a connection counts as lost; 60,000 unless given. */
  readonly idle?: number
}

/** Milliseconds between attempts to connect, at first unless the server says otherwise, and at most. */
const FIRST_WAIT = 1_000
const LONGEST_WAIT = 300_000
/** No event is longer. */
const LONGEST_LINE = 1_024

/**
 * Listens to server-sent events, as `tidegate serve` sends them: `event: head`, and the head's version as data, at once and
 * whenever there is a new one. A lost connection is tried again ever more seldom, and at random, so that clients do not come
 * back all at once.
 *
 * While a page is hidden there is no connection. In Node, an open one keeps the process from ending until the client is closed.
 */
export function serverSentEvents(options: ServerSentEventsOptions = {}): Nudge {
  return { listen: (to) => listen(options, to) }
}

function listen({ url, fetch: fetcher, idle = 60_000 }: ServerSentEventsOptions, to: Nudged): () => void {
  if (!url && !to.url) throw new TypeError('the source has no URL: serverSentEvents needs one')
  const address = url ? new URL(url, globalThis.location?.href) : new URL('events', to.url)
  const page = globalThis.document as Document | undefined
  let connection: AbortController | undefined
  let waiting: unknown
  let firstWait = FIRST_WAIT
  let failures = 0
  page?.addEventListener('visibilitychange', turn)
  turn()
  return () => {
    page?.removeEventListener('visibilitychange', turn)
    disconnect()
  }

  function turn(): void {
    disconnect()
    if (!page?.hidden) connect()
  }

  function disconnect(): void {
    cancel(waiting)
    connection?.abort()
    connection = undefined
  }

  async function connect(): Promise<void> {
    const current = new AbortController()
    connection = current
    let silence: unknown
    const heard = () => {
      cancel(silence)
      silence = later(() => current.abort(), idle)
    }
    try {
      await read(current.signal, heard)
    } catch {
      // Polling goes on, and tells what is wrong with the source.
    }
    cancel(silence)
    current.abort()
    if (connection !== current) return
    const wait = Math.min(firstWait * 2 ** failures++, LONGEST_WAIT)
    waiting = later(connect, wait * (0.5 + Math.random() / 2))
  }

  /** Reads events until the connection ends. */
  async function read(signal: AbortSignal, heard: () => void): Promise<void> {
    heard()
    const headers = { accept: 'text/event-stream' }
    const response = await (fetcher ?? fetch)(address.href, { signal, headers, cache: 'no-store' })
    const type = response.headers.get('content-type') ?? ''
    if (response.status !== 200 || !type.startsWith('text/event-stream')) return
    const take = openLines(told)
    const decoder = new TextDecoder()
    const reader = response.body?.getReader()
    for (;;) {
      const chunk = (await reader?.read())?.value
      if (!chunk || !take(decoder.decode(chunk, { stream: true }))) return
      heard()
      failures = 0
    }
  }

  function told(event: string, data: string, retry: number): void {
    if (retry > 0) firstWait = retry
    if (event === 'head') to.refresh(Number(data))
  }
}

/** Takes text as it comes, and tells each event in it. False for what cannot be events. */
function openLines(tell: (event: string, data: string, retry: number) => void): (text: string) => boolean {
  let rest = ''
  let event = ''
  let data = ''
  let retry = 0
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r/)
    rest = lines.pop() as string
    for (const line of lines) {
      const [, field, value] = /^(\w+): ?(.*)/.exec(line) ?? []
      if (field === 'event') event = value as string
      if (field === 'data') data = value as string
      if (field === 'retry') retry = Number(value)
      if (line === '') {
        tell(event, data, retry)
        event = data = ''
        retry = 0
      }
    }
    return rest.length <= LONGEST_LINE
  }
}
