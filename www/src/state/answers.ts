import { computed } from '@preact/signals'
import type { EvaluationDetails } from 'tidegate'
import { now } from './clock.ts'
import { type Context, context } from './context.ts'
import { draft, type Held, held, served } from './held.ts'

export type Details = EvaluationDetails<unknown>

/** A flag's answer for the context in hand. */
export interface Answer {
  readonly key: string
  readonly details: Details
  /** What the served snapshot answers, where an edit made that another answer. */
  readonly before: Details | undefined
}

/** The answer of every flag, by key. */
export const answers = computed<readonly Answer[]>(() => {
  const current = held.value
  if (!current) return []
  const details = decide(current, context.value, now.value)
  const before = draft.value && served.value ? decide(served.value, context.value, now.value) : undefined
  return [...details]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, after]) => {
      const earlier = before?.get(key)
      return { key, details: after, before: earlier && isSame(earlier, after) ? undefined : earlier }
    })
})

/** How many answers an edit changed for this context. */
export const changedAnswers = computed(() => answers.value.filter(({ before }) => before).length)

function decide({ client, keys }: Held, context: Context, _now: number): Map<string, Details> {
  const user = client.bind(context)
  const values = user.all()
  // A default of the flag's own type; a flag that cannot be read says so whatever the default is.
  return new Map(keys.map((key) => [key, user.details(key, (values[key] ?? '') as string)]))
}

function isSame(one: Details, other: Details): boolean {
  return one.variant === other.variant && JSON.stringify(one.value) === JSON.stringify(other.value)
}
