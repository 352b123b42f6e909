import { TidegateError } from './error.js'

/** Calls `action` after a delay, in milliseconds, without keeping a process alive for it. */
export function later(action: () => void, delay: number): unknown {
  const timer = start(action, delay)
  ;(timer as { unref?(): void }).unref?.()
  return timer
}

/** Ends a timer of `later`. */
export function cancel(timer: unknown): void {
  clearTimeout(timer as number | undefined)
}

/** What `work` comes to, or `TIMEOUT` when that takes longer than `limit` milliseconds. */
export function within<T>(limit: number, work: Promise<T>): Promise<T> {
  let timer: unknown
  const late = new Promise<never>((_, reject) => {
    timer = start(() => reject(new TidegateError('TIMEOUT')), limit)
  })
  return Promise.race([work, late]).finally(() => cancel(timer))
}

/** Timers hold at most 2^31 - 1 milliseconds, and take more for none. */
function start(action: () => void, delay: number): unknown {
  return setTimeout(action, Math.min(delay, 2_147_483_647))
}
