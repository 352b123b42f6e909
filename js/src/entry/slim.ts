import { openClient } from '../client.js'
import type { Client, FlagMap, FlagSet, SlimOptions } from '../types.js'

export * from '../public.js'
export type { SlimOptions }
/** Opens a client on a runtime that the caller compiled, from `tidegate/runtime.wasm`. */
export function createClient<Flags extends FlagSet<Flags> = FlagMap>(options: SlimOptions): Client<Flags> {
  return openClient(options, () => options.module, options.onDemand)
}
