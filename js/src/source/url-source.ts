import { asTidegateError, TidegateError } from '../error.js'
import { joined } from '../joined.js'
import type { Fetch } from '../types.js'
import type { Source, SourceAnswer, SourceRequest } from './source.js'

/** Statuses of a file that is not there: buckets that may not be listed answer 403. */
const MISSING = [403, 404, 410]

/** Reads published files under a URL that ends in `/`. Any other URL is that of the one file `latest`. */
export function openUrlSource(
  base: URL,
  fetcher: Fetch | undefined,
  cache: RequestCache | undefined,
): Source {
  const { href, origin, hostname } = base
  const folder = href.endsWith('/')
  const handedOut = new Set<string>()
  return { loopback: /^(localhost|127\.[\d.]+|\[::1])$/.test(hostname), read }

  async function read(path: string, { signal, etag, limit }: SourceRequest): Promise<SourceAnswer> {
    if (!folder && path !== 'latest') return { status: 'missing' }
    const url = folder ? new URL(path, base) : base
    checkOrigin(url)
    const init: RequestInit = { signal }
    // What is asked for again without its ETag was refused: a cache on the way must not give it once more.
    if (cache) init.cache = handedOut.has(path) && !etag ? 'reload' : cache
    if (etag) init.headers = { 'if-none-match': etag }
    const response = await (fetcher ?? fetch)(url.href, init)
    const { status, headers } = response
    // Responses that an app made itself have no URL.
    checkOrigin(new URL(response.url || base))
    const retryAfter = readDelay(headers.get('retry-after'))
    if (status === 304 && etag) return { status: 'unchanged', retryAfter }
    if (MISSING.includes(status)) return { status: 'missing', retryAfter }
    if (status !== 200) throw new TidegateError('FETCH_FAILED', `status ${status}`, undefined, retryAfter)
    const bytes = await readBody(response, limit)
    handedOut.add(path)
    return { status: 'fresh', bytes, etag: headers.get('etag') ?? undefined, retryAfter }
  }

  /** Who may write a head must not make clients ask others. */
  function checkOrigin(url: URL): void {
    if (url.origin !== origin) throw new TidegateError('FETCH_FAILED', `${url.origin} is another origin`)
  }
}

/** An absolute URL, from one that may be relative to the page. */
export function locate(location: string | URL): URL {
  try {
    return new URL(location, globalThis.location?.href)
  } catch (error) {
    throw asTidegateError(error, 'OPTION_INVALID')
  }
}

/** Reads `Retry-After`, seconds or a date, as milliseconds. */
function readDelay(value: string | null): number {
  return Number(value) * 1_000 || Date.parse(value as string) - Date.now() || 0
}

async function readBody(response: Response, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const chunk = (await reader?.read())?.value
    if (!chunk) break
    length += chunk.length
    if (length > limit) throw new TidegateError('LIMIT_EXCEEDED')
    chunks.push(chunk)
  }
  return joined(chunks)
}
