import { createStore, get, set } from 'idb-keyval'
import type { Store } from './store.js'

/** Keeps state in an IndexedDB database of its own. In pages and in workers of all kinds. */
export function indexedDbStore(name = 'tidegate'): Store {
  // Opens the database at the first use, and again when a browser closed it.
  const store = createStore(name, 'state')
  return {
    read: async (key) => get<Uint8Array>(key, store),
    write: async (key, bytes) => set(key, bytes, store),
  }
}
