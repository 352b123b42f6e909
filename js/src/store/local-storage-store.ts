import { decodeBase64 } from '../base64.js'
import type { Store } from './store.js'

/** Characters for one call of `fromCharCode`: engines limit the arguments. */
const CHUNK = 32_768

/**
 * Keeps state in `localStorage`, in base64.
 *
 * For pages only, which writing holds up, and for small snapshots: an origin has 5 MiB there for everything.
 */
export function localStorageStore(prefix = 'tidegate:'): Store {
  return {
    async read(key) {
      const text = localStorage.getItem(prefix + key)
      return text === null ? undefined : decodeBase64(text)
    },
    async write(key, bytes) {
      let text = ''
      for (let at = 0; at < bytes.length; at += CHUNK)
        text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
      localStorage.setItem(prefix + key, btoa(text))
    },
  }
}
