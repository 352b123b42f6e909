export type { Exposure } from '../exposures/exposure.js'
export { type ExposureSink, type ExposuresOptions, exposures } from '../exposures/exposures.js'
export type { ExposureHook } from '../exposures/hook.js'
export { type NdjsonOptions, type NdjsonSink, ndjson, type WriteLines } from '../exposures/ndjson.js'
