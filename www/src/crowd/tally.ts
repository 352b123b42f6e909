import type { EvaluationDetails, Exit } from 'tidegate'

/** Users for whom the same rule or default decided in the same way. */
export interface Group {
  readonly exit: Exit | undefined
  readonly rule: string | undefined
  readonly ruleIndex: number | undefined
  users: number
  /** Users by variant. */
  readonly counts: Record<string, number>
  /** One of them, to explain the group by. */
  readonly sample: Readonly<Record<string, unknown>>
}

/** How a flag was answered for a crowd. */
export interface Tally {
  readonly key: string
  users: number
  readonly counts: Record<string, number>
  /** Users who get another answer than from the served snapshot. */
  moved: number
  readonly groups: Record<string, Group>
}

export function emptyTally(key: string): Tally {
  return { key, users: 0, counts: {}, moved: 0, groups: {} }
}

/** Counts one user's answer. */
export function count(
  tally: Tally,
  details: EvaluationDetails<unknown>,
  sample: Readonly<Record<string, unknown>>,
): void {
  const { rule, ruleIndex, variant = '(default)', flagMetadata } = details
  const { exit } = flagMetadata
  const name = `${ruleIndex ?? ''}/${exit ?? ''}`
  tally.groups[name] ??= { exit, rule, ruleIndex, users: 0, counts: {}, sample }
  for (const counted of [tally, tally.groups[name]]) {
    counted.users++
    counted.counts[variant] = (counted.counts[variant] ?? 0) + 1
  }
}
