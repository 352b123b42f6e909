/** How bundlers and runtimes hand over the runtime module. */
declare module '*.wasm' {
  const module: WebAssembly.Module
  export = module
}
declare module '*.wasm?module' {
  const module: WebAssembly.Module
  export = module
}
declare module '*.wasm?base64' {
  const base64: string
  export = base64
}
