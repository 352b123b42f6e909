/** Whether the entry that is built never rests between requests. Tests are built for both. */
declare const RESIDENT: boolean
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
/** What wasm-bindgen writes beside `studio.wasm`; `studio.ts` says what its functions take and return. */
declare module '*/studio_glue.js' {
  // biome-ignore lint/style/noDefaultExport: it is wasm-bindgen's
  export default function load(from: { module_or_path: unknown }): Promise<unknown>
  export const lint: unknown
  export const compile: unknown
  export const inspect: unknown
  export const explain: unknown
}
