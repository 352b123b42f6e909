import { openClient } from '../client.js'
import type { Client, ClientOptions, FlagMap, FlagSet } from '../types.js'
import module from './runtime.wasm?module'

export * from '../public.js'
/** Opens a client that works inside requests only: see `ready` and `refresh`. */
export function createClient<Flags extends FlagSet<Flags> = FlagMap>(options: ClientOptions): Client<Flags> {
  return openClient(options, () => module, true)
}
