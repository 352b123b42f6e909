import type { Store } from './store.js'

/**
 * Keeps state in the Cache API, under a name of its own. The default in browsers.
 *
 * It takes half the bytes of code that IndexedDB takes, and has no upgrades, blocked connections or transactions that close by
 * themselves. It works in pages and in workers of all kinds, in Cloudflare Workers too (for one data centre), and in private
 * windows until they are closed (in Firefox since version 122). It shares the origin's quota and leaves the page's thread alone,
 * where `localStorage`, smaller still, ends at 5 MiB of text and holds the page up for each of them. `SIZE.md` beside the build
 * has the figures. Only secure contexts have it. A service worker that deletes all caches it does not know deletes this one: use
 * `indexedDbStore` beside such a one.
 */
export function cacheStore(name = 'tidegate'): Store {
  return {
    async read(key) {
      const response = await (await caches.open(name)).match(addressOf(key))
      return response && new Uint8Array(await response.arrayBuffer())
    },
    async write(key, bytes) {
      const headers = { 'cache-control': 'max-age=31536000' }
      await (await caches.open(name)).put(addressOf(key), new Response(bytes as BodyInit, { headers }))
    },
  }
}

/** Caches take URLs; this one is nobody's. */
function addressOf(key: string): string {
  return `https://tidegate.invalid/${encodeURIComponent(key)}`
}
