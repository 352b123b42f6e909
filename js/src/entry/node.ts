import { openClient } from '../client.js'
import { compileFile } from '../engine/wasm-file.js'
import type { Client, ClientOptions, FlagMap, FlagSet } from '../types.js'

export * from '../public.js'
/** Opens a client. The runtime is read from beside this file, so a bootstrap is in force at once. */
export function createClient<Flags extends FlagSet<Flags> = FlagMap>(options: ClientOptions): Client<Flags> {
  return openClient(options, () => compileFile(new URL('./runtime.wasm', import.meta.url)))
}
