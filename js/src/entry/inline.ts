import runtime from 'runtime.wasm?base64'
import { decodeBase64 } from '../base64.js'
import { openClient } from '../client.js'
import { compileBytes } from '../engine/wasm.js'
import type { Client, ClientOptions, FlagMap, FlagSet } from '../types.js'

export * from '../public.js'
/** Opens a client. The runtime is part of this file. */
export function createClient<Flags extends FlagSet<Flags> = FlagMap>(options: ClientOptions): Client<Flags> {
  return openClient(options, () => compileBytes(decodeBase64(runtime)))
}
