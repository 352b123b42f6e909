/** Listeners by event. */
export interface Events<Map> {
  on<Event extends keyof Map>(event: Event, listener: (detail: Map[Event]) => void): () => void
  /** Calls the listeners from microtasks of their own, so that one that throws harms neither the others nor the caller. */
  emit<Event extends keyof Map>(event: Event, detail: Map[Event]): void
}

/** Starts without listeners. */
export function openEvents<Map>(): Events<Map> {
  const listeners = new Set<{ readonly event: keyof Map; readonly call: (detail: never) => void }>()
  return {
    on(event, call) {
      const listener = { event, call }
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    emit(event, detail) {
      queueMicrotask(() => {
        for (const listener of listeners) {
          if (listener.event === event) queueMicrotask(() => listener.call(detail as never))
        }
      })
    },
  }
}
