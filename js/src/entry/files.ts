export { fileSource } from '../source/file-source.js'
export type { Source, SourceAnswer, SourceRequest } from '../source/source.js'
export { fileStore } from '../store/file-store.js'
export type { Store } from '../store/store.js'
