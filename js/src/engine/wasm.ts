import { TidegateError } from '../error.js'
import type { Compiled } from './engine.js'

/** Compiles while downloading, or after it where the server names another type than `application/wasm`. */
export async function compileFetched(url: URL): Promise<Compiled> {
  const response = await fetch(url)
  if (!response.ok) throw new TidegateError('WASM_UNAVAILABLE', `status ${response.status}`)
  return response.headers.get('content-type') === 'application/wasm'
    ? WebAssembly.instantiateStreaming(response)
    : WebAssembly.instantiate(await response.arrayBuffer())
}

/** Compiles at once, or in the background where the main thread may not do that. */
export function compileBytes(bytes: Uint8Array<ArrayBuffer>): Compiled | Promise<Compiled> {
  try {
    return new WebAssembly.Module(bytes)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return WebAssembly.compile(bytes)
  }
}
