import { cancel, later } from '../timer.js'

/** However long a source asks to be left alone: a flag that is turned off must arrive some time. */
const LONGEST_REST = 3_600_000

/**
 * How many milliseconds to wait: longer after each of the `failures` in a row, shortly at first while nothing is `ready` to go
 * on with, and `retryAfter` at least, as the source asked.
 */
export function pollDelay(
  interval: number,
  jitter: number,
  failures: number,
  ready: unknown,
  retryAfter: number,
): number {
  const base = ready || failures === 0 ? interval : 500
  const delay = Math.min(base * 2 ** failures, Math.max(interval, 300_000))
  return Math.max(delay * (1 + jitter * (2 * Math.random() - 1)), Math.min(retryAfter, LONGEST_REST))
}

/** Polls one at a time, not while the page is hidden or there is no network. */
export interface Polling {
  /** Polls after a delay, instead of what was planned. */
  plan(delay: number): void
  stop(): void
}

/** Starts with nothing planned. */
export function startPolling(poll: () => void): Polling {
  const page = globalThis.document as Document | undefined
  let timer: unknown
  let missed = false
  page?.addEventListener('visibilitychange', back)
  // Only windows and workers of browsers hear of the network.
  globalThis.addEventListener?.('online', back)
  return {
    plan(delay) {
      cancel(timer)
      timer = later(due, delay)
    },
    stop() {
      cancel(timer)
      page?.removeEventListener('visibilitychange', back)
      globalThis.removeEventListener?.('online', back)
    },
  }

  function due(): void {
    missed = page?.hidden || globalThis.navigator?.onLine === false
    if (!missed) poll()
  }

  function back(): void {
    if (missed) due()
  }
}
