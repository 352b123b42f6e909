export type { Nudge, Nudged } from '../delivery/nudge.js'
export { type ServerSentEventsOptions, serverSentEvents } from '../delivery/sse.js'
