import { effect, signal } from '@preact/signals'

/**
 * Follows an asynchronous question: `ask` reads signals and returns a promise, or undefined for nothing to ask.
 *
 * One question is under way at a time; what changed meanwhile is asked once it is answered.
 */
export function latest<T>(
  ask: () => Promise<T> | undefined,
  take: (answer: T) => void,
  fail: (error: Error) => void,
): void {
  const turn = signal(0)
  let busy = false
  let again = false
  effect(() => {
    void turn.value
    if (busy) {
      again = true
      return
    }
    const asked = ask()
    if (!asked) return
    busy = true
    asked
      .then(take, (reason: unknown) => fail(reason instanceof Error ? reason : new Error(String(reason))))
      .finally(() => {
        busy = false
        if (again) turn.value++
        again = false
      })
  })
}
