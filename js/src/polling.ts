import { cancel, later } from './timer.js'

/** What the next poll depends on. Times are milliseconds. */
export interface PollState {
  readonly interval: number
  readonly jitter: number
  /** Failures in a row. */
  readonly failures: number
  /** Whether there is a snapshot to go on with. */
  readonly ready: boolean
  /** For how long the source asked to be left alone. */
  readonly retryAfter: number
}

/** However long a source asks to be left alone: a flag that is turned off must arrive some time. */
const LONGEST_REST = 3_600_000

/** How long to wait: longer after each failure, shortly at first while there is nothing to go on with. */
export function pollDelay({ interval, jitter, failures, ready, retryAfter }: PollState): number {
  const base = ready || failures === 0 ? interval : 500
  const delay = Math.min(base * 2 ** failures, Math.max(interval, 300_000))
  return Math.max(delay * (1 + jitter * (2 * Math.random() - 1)), Math.min(retryAfter, LONGEST_REST))
}

/** Polls one at a time, not while the page is hidden. */
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
  page?.addEventListener('visibilitychange', shown)
  return {
    plan(delay) {
      cancel(timer)
      timer = later(due, delay)
    },
    stop() {
      cancel(timer)
      page?.removeEventListener('visibilitychange', shown)
    },
  }

  function due(): void {
    missed = page?.hidden === true
    if (!missed) poll()
  }

  function shown(): void {
    if (missed) due()
  }
}
