import { openClient } from '../client.js'
import { compileFetched } from '../engine/wasm.js'
import { cacheStore } from '../store/cache-store.js'
import type { Client, ClientOptions, FlagMap, FlagSet } from '../types.js'

export * from '../public.js'
/** Opens a client. The runtime is fetched from beside this file; state is kept in the Cache API. */
export function createClient<Flags extends FlagSet<Flags> = FlagMap>(options: ClientOptions): Client<Flags> {
  const compile = () => compileFetched(new URL('./runtime.wasm', import.meta.url))
  return openClient({ store: cacheStore(), ...options }, compile)
}
