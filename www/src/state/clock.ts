import { computed, signal } from '@preact/signals'

/** The moment that somebody chose, in epoch milliseconds; undefined while time runs. */
export const chosen = signal<number | undefined>(undefined)

const ticking = signal(Date.now())

/** The moment for which flags are decided. */
export const now = computed(() => chosen.value ?? ticking.value)

/** The same, in steps: what is too much work for every second follows this one. */
export const steadyNow = computed(() => chosen.value ?? Math.floor(ticking.value / 5_000) * 5_000)

/** Lets time run; returns what stops it. */
export function startClock(): () => void {
  const timer = setInterval(() => {
    ticking.value = Date.now()
  }, 1_000)
  return () => clearInterval(timer)
}
