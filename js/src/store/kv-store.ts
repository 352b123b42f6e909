import type { KvNamespace } from '../kv.js'
import type { Store } from './store.js'

/**
 * Keeps state in a Cloudflare KV namespace, for the isolates of all data centres.
 *
 * KV takes one write a second under a key, and needs up to a minute to show it everywhere. A client writes only what differs from
 * what it reads there, so that isolates write once for each published version, not once each.
 */
export function kvStore(namespace: KvNamespace, prefix = 'tidegate:'): Store {
  return {
    async read(key) {
      const value = await namespace.get(prefix + key, { type: 'arrayBuffer' })
      return value ? new Uint8Array(value) : undefined
    },
    write: (key, bytes) => namespace.put(prefix + key, bytes),
  }
}
