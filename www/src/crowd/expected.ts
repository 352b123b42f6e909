import type { Trace } from 'tidegate/studio'
import { servedBy } from '../state/bands.ts'
import type { Group, Tally } from './tally.ts'

const BUCKETS = 100_000

/** How many users a variant should have, and the usual distance from that (one standard deviation). */
export interface Expectation {
  readonly users: number
  readonly deviation: number
}

/** Whether a group was spread by hashing, so that weights say what to expect. */
export function isSpread({ exit }: Group): boolean {
  return exit === 'split' || exit === 'rollout' || exit === 'experiment'
}

/** The share of each variant in a group, by the bands that the trace of one of its users shows. */
export function weightsOf(trace: Trace): Record<string, number> {
  const { rulers, outside } = servedBy(trace)
  const weights: Record<string, number> = {}
  let reached = 1
  for (const { bands } of rulers) {
    // A part of a layer lets through to the next hash; a holdout is an exit, and so a group, of its own.
    const part = bands.find(({ variant, text }) => variant === undefined && !text.startsWith('held out'))
    if (part) reached *= (part.to - part.from) / BUCKETS
    for (const { variant, from, to } of bands) {
      if (variant !== undefined)
        weights[variant] = (weights[variant] ?? 0) + (reached * (to - from)) / BUCKETS
    }
  }
  const rest = 1 - Object.values(weights).reduce((sum, weight) => sum + weight, 0)
  if (outside !== undefined && rest > 1e-9) weights[outside] = (weights[outside] ?? 0) + rest
  return weights
}

/** What a flag's weights lead to, given which rule decided for whom. */
export function expectedOf(
  tally: Tally,
  weights: Readonly<Record<string, Readonly<Record<string, number>>>>,
): Record<string, Expectation> {
  const sums: Record<string, { users: number; variance: number }> = {}
  for (const [name, group] of Object.entries(tally.groups)) {
    const shares = weights[name]
    const variants = shares ? Object.keys(shares) : Object.keys(group.counts)
    for (const variant of variants) {
      const share = shares?.[variant] ?? (group.counts[variant] ?? 0) / group.users
      sums[variant] ??= { users: 0, variance: 0 }
      sums[variant].users += group.users * share
      if (shares) sums[variant].variance += group.users * share * (1 - share)
    }
  }
  return Object.fromEntries(
    Object.entries(sums).map(([variant, { users, variance }]) => [
      variant,
      { users, deviation: Math.sqrt(variance) },
    ]),
  )
}
