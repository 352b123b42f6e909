import type { Store } from './store.js'

/** Keeps state for as long as the store itself is kept: for clients that follow one another, and for tests. */
export function memoryStore(): Store {
  const states = new Map<string, Uint8Array>()
  return {
    read: async (key) => states.get(key)?.slice(),
    write: async (key, bytes) => void states.set(key, bytes.slice()),
  }
}
