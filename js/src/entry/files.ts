export { fileSource } from '../file-source.js'
export { fileStore } from '../file-store.js'
export type { Source, SourceAnswer, SourceRequest } from '../source.js'
export type { Store } from '../store.js'
