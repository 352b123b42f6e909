/** Timers of this platform hold at most 2^31 - 1 milliseconds. */
const LONGEST_DELAY = 2_147_483_647
const LONGEST_BACK_OFF = 300_000
const FIRST_RETRY = 1_000

/** What the next poll depends on. Times are milliseconds. */
export interface PollState {
  readonly interval: number
  readonly jitter: number
  /** Failures in a row. */
  readonly failures: number
  /** Whether there is a snapshot to go on with. */
  readonly ready: boolean
  readonly retryAfter: number
}

/** How long to wait: longer after each failure, soon at first while there is nothing to go on with. */
export function pollDelay(
  { interval, jitter, failures, ready, retryAfter }: PollState,
  random = Math.random(),
): number {
  const base = ready || failures === 0 ? interval : FIRST_RETRY / 2
  const delay = Math.min(base * 2 ** failures, Math.max(interval, LONGEST_BACK_OFF))
  return Math.max(delay * (1 + jitter * (2 * random - 1)), retryAfter)
}

/** A timer that never keeps a process alive. */
export function later(action: () => void, delay: number): unknown {
  const timer: unknown = setTimeout(action, Math.min(delay, LONGEST_DELAY))
  ;(timer as { unref?(): void }).unref?.()
  return timer
}

/** Ends a timer of `later`. */
export function cancel(timer: unknown): void {
  clearTimeout(timer as number | undefined)
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
