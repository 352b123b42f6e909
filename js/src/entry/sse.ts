export type { Nudge, Nudged } from '../nudge.js'
export { type ServerSentEventsOptions, serverSentEvents } from '../sse.js'
