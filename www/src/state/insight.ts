import { computed, signal } from '@preact/signals'
import type { Trace } from 'tidegate/studio'
import type { Inspected } from '../studio/messages.ts'
import { ask } from '../studio/studio.ts'
import { steadyNow } from './clock.ts'
import { context } from './context.ts'
import { held } from './held.ts'
import { latest } from './latest.ts'
import { selected } from './selection.ts'

/** What the snapshot in hand says, once the studio has read it. */
export const inspected = signal<Inspected | undefined>(undefined)

/** How each flag's answer for the context in hand came about. */
export const traces = signal<Readonly<Record<string, Trace>>>({})

export const insightProblem = signal<string | undefined>(undefined)

export const selectedTrace = computed(() =>
  selected.value === undefined ? undefined : traces.value[selected.value],
)

export function startInsight(): void {
  latest(
    () => (held.value ? ask('inspect', held.value.frame) : undefined),
    (answer) => {
      inspected.value = answer
    },
    fail,
  )
  latest(
    () => {
      const current = held.value
      if (!current) return undefined
      const { frame, trust, keys } = current
      return ask('explain', frame, trust, keys, context.value, steadyNow.value).then((list) => ({
        keys,
        list,
      }))
    },
    ({ keys, list }) => {
      traces.value = Object.fromEntries(keys.flatMap((key, at) => (list[at] ? [[key, list[at]]] : [])))
      insightProblem.value = undefined
    },
    fail,
  )
}

function fail(error: Error): void {
  insightProblem.value = error.message
}
