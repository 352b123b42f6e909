import { openClient } from '../client.js'
import { compileFetched } from '../engine/wasm.js'
import { compileFile } from '../engine/wasm-file.js'
import type { Client, ClientOptions, FlagMap, FlagSet } from '../types.js'

export * from '../public.js'
/** Opens a client. The runtime is read from beside this file, or fetched where the package is served over HTTP. */
export function createClient<Flags extends FlagSet<Flags> = FlagMap>(options: ClientOptions): Client<Flags> {
  const url = new URL('./runtime.wasm', import.meta.url)
  return openClient(options, () => (url.protocol === 'file:' ? compileFile(url) : compileFetched(url)))
}
