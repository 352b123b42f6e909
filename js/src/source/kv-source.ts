import type { KvNamespace } from '../kv.js'
import type { Source } from './source.js'

/** How the keys of published files begin, and for how many seconds the edge may keep what it read. */
export interface KvSourceOptions {
  readonly prefix?: string
  readonly cacheTtl?: number
}

/** Published files in a Cloudflare KV namespace: `latest`, `head` and so on behind `prefix`. */
export function kvSource(namespace: KvNamespace, { prefix = '', cacheTtl }: KvSourceOptions = {}): Source {
  return {
    async read(path) {
      const options = cacheTtl
        ? ({ type: 'arrayBuffer', cacheTtl } as const)
        : ({ type: 'arrayBuffer' } as const)
      const value = await namespace.get(prefix + path, options)
      return value ? { status: 'fresh', bytes: new Uint8Array(value) } : { status: 'missing' }
    },
  }
}
