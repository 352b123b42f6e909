import { TidegateError } from './error.js'

/** The part of `fetch` that is needed. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** What a source answered. */
export interface Pulled {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly etag: string | null
}

/** The place that snapshots come from. */
export interface Source {
  /** Whether it is this very machine, whose development keys may be trusted. */
  readonly loopback: boolean
  /** Milliseconds for which the source asked to be left alone, by its last answer. */
  readonly retryAfter: number
  /** Fetches the current frame; undefined when it is still the one that was accepted. */
  pull(signal: AbortSignal, conditional: boolean): Promise<Pulled | undefined>
  /** Remembers what was verified and applied, so that it is not sent again. */
  accept(pulled: Pulled): void
}

const LARGEST_FRAME = 67_108_864

/** Opens a URL, relative to the page where there is one. A URL that ends in `/` is a folder with a file `latest`. */
export function openSource(
  source: string | URL,
  fetcher: Fetch | undefined,
  cache: RequestCache | undefined,
): Source {
  const base = new URL(source, globalThis.location?.href)
  const url = base.href.endsWith('/') ? new URL('latest', base) : base
  let etag: string | null = null
  let retryAfter = 0
  return {
    loopback: /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname),
    get retryAfter() {
      return retryAfter
    },
    pull,
    accept(pulled) {
      etag = pulled.etag
    },
  }

  async function pull(signal: AbortSignal, conditional: boolean): Promise<Pulled | undefined> {
    const known = conditional ? etag : null
    const init: RequestInit = { signal }
    if (cache) init.cache = cache
    if (known) init.headers = { 'if-none-match': known }
    const response = await (fetcher ?? fetch)(url.href, init)
    retryAfter = 0
    if (response.status === 304 && known) return undefined
    if (response.status !== 200) {
      retryAfter = readDelay(response.headers.get('retry-after'))
      throw new TidegateError('FETCH_FAILED', `status ${response.status}`)
    }
    return { bytes: await readBody(response), etag: response.headers.get('etag') }
  }
}

/** Reads `Retry-After`, seconds or a date, as milliseconds. */
function readDelay(value: string | null): number {
  if (value === null) return 0
  const seconds = Number(value)
  return (Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1_000) || 0
}

async function readBody(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const chunk = await reader?.read()
    if (!chunk || chunk.done) break
    length += chunk.value.length
    if (length > LARGEST_FRAME) throw new TidegateError('LIMIT_EXCEEDED', 'response over 64 MiB')
    chunks.push(chunk.value)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
