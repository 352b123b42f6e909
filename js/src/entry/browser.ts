import { openClient } from '../client.js'
import type { Client, ClientOptions, FlagMap, FlagSet } from '../types.js'
import { compileFetched } from '../wasm.js'

export * from '../public.js'
/** Opens a client. The runtime is fetched from beside this file. */
export function createClient<Flags extends FlagSet<Flags> = FlagMap>(options: ClientOptions): Client<Flags> {
  return openClient(options, () => compileFetched(new URL('./runtime.wasm', import.meta.url)))
}
