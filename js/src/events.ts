/**
 * Listeners by event: what adds one, and what calls them, from microtasks of their own, so that one that throws harms neither
 * the others nor the caller.
 */
export type Events<Map> = readonly [
  on: <Event extends keyof Map>(event: Event, listener: (detail: Map[Event]) => void) => () => void,
  emit: <Event extends keyof Map>(event: Event, detail: Map[Event]) => void,
]

/** Starts without listeners. */
export function openEvents<Map>(): Events<Map> {
  const listeners = new Set<readonly [event: keyof Map, call: (detail: never) => void]>()
  return [
    (event, call) => {
      const listener = [event, call] as const
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    (event, detail) => {
      queueMicrotask(() => {
        for (const [awaited, call] of listeners) {
          if (awaited === event) queueMicrotask(() => call(detail as never))
        }
      })
    },
  ]
}
