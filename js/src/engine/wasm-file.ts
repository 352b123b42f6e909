import { readFileSync } from 'node:fs'

/** Compiles a file, synchronously. */
export function compileFile(url: URL): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(url))
}
