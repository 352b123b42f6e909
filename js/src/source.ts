import { asTidegateError, TidegateError } from './error.js'
import type { ClientOptions } from './types.js'

/** What a source answered. */
export interface Pulled {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** To be called when the bytes were verified and applied: only then is the source told that they are known. */
  accept(): void
}

/** The place that snapshots come from. */
export interface Source {
  /** Whether it is this very machine, whose development keys may be trusted. */
  readonly loopback: boolean
  /** Milliseconds for which the last answer asked to be left alone. */
  retryAfter: number
  /** Fetches the current frame; undefined when it is the accepted one, which is asked for only if `known`. */
  pull(signal: AbortSignal, known: unknown): Promise<Pulled | undefined>
}

const LARGEST_FRAME = 67_108_864

/** Opens the source of the options, if they name one. A URL that ends in `/` is a folder with a file `latest`. */
export function openSource(
  { source, bootstrap, fetch: fetcher }: ClientOptions,
  cache: RequestCache | undefined,
): Source | undefined {
  if (source === undefined) {
    if (bootstrap === undefined) throw new TidegateError('OPTION_INVALID', 'source')
    return undefined
  }
  const { href, hostname } = locate(source)
  let etag: string | null = null
  const opened: Source = {
    loopback: /^(localhost|127\.[\d.]+|\[::1])$/.test(hostname),
    retryAfter: 0,
    pull,
  }
  return opened

  async function pull(signal: AbortSignal, known: unknown): Promise<Pulled | undefined> {
    const init: RequestInit = { signal }
    if (cache) init.cache = cache
    if (known && etag) init.headers = { 'if-none-match': etag }
    opened.retryAfter = 0
    const response = await (fetcher ?? fetch)(href, init)
    const { status, headers } = response
    opened.retryAfter = readDelay(headers.get('retry-after'))
    if (status === 304 && init.headers) return undefined
    if (status !== 200) throw new TidegateError('FETCH_FAILED', `status ${status}`)
    return {
      bytes: await readBody(response),
      accept() {
        etag = headers.get('etag')
      },
    }
  }
}

function locate(source: string | URL): URL {
  try {
    const url = new URL(source, globalThis.location?.href)
    return url.href.endsWith('/') ? new URL('latest', url) : url
  } catch (error) {
    throw asTidegateError(error, 'OPTION_INVALID')
  }
}

/** Reads `Retry-After`, seconds or a date, as milliseconds. */
function readDelay(value: string | null): number {
  return Number(value) * 1_000 || Date.parse(value as string) - Date.now() || 0
}

async function readBody(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader()
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  for (;;) {
    const chunk = (await reader?.read())?.value
    if (!chunk) break
    length += chunk.length
    if (length > LARGEST_FRAME) throw new TidegateError('LIMIT_EXCEEDED')
    chunks.push(chunk)
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}
