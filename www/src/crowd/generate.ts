import { type Random, randomFor } from './random.ts'
import type { Field, Spec } from './spec.ts'

/** Makes the users of a crowd; the one at a position is the same whenever spec and seed are. */
export function crowdOf(spec: Spec, seed: string): (user: number) => Record<string, unknown> {
  const fields = Object.entries(spec).map(([path, field]) => ({
    steps: path.split('.'),
    absent: field.absent ?? 0,
    draw: drawerOf(field),
  }))
  return (user) => {
    const random = randomFor(seed, user)
    const context: Record<string, unknown> = {}
    for (const { steps, absent, draw } of fields) {
      const isAbsent = random() < absent
      const value = draw(random)
      if (!isAbsent) put(context, steps, value)
    }
    return context
  }
}

function drawerOf(field: Field): (random: Random) => unknown {
  if ('id' in field) return (random) => field.id + letters(random)
  if ('weights' in field) return weighted(field.weights)
  if ('dates' in field) {
    const [from, to] = field.dates.map(Date.parse) as [number, number]
    return (random) => new Date(from + Math.floor(random() * (to - from))).toISOString()
  }
  if ('some' in field) return (random) => field.some.filter(() => random() < 0.4)
  if ('chance' in field) return (random) => random() < field.chance
  const { from, to, decimals = 0 } = field
  return (random) => Number((from + random() * (to - from)).toFixed(decimals))
}

function weighted(weights: Readonly<Record<string, number>>): (random: Random) => string {
  const entries = Object.entries(weights)
  const sum = entries.reduce((total, [, weight]) => total + weight, 0)
  return (random) => {
    let left = random() * sum
    const found = entries.find(([, weight]) => {
      left -= weight
      return left < 0
    })
    return (found ?? entries.at(-1))?.[0] ?? ''
  }
}

function letters(random: Random): string {
  const part = () => Math.floor(random() * 36 ** 6)
  return (part().toString(36) + part().toString(36)).padStart(12, '0')
}

function put(context: Record<string, unknown>, steps: readonly string[], value: unknown): void {
  let place = context
  for (const step of steps.slice(0, -1)) {
    const inner = place[step]
    if (typeof inner === 'object' && inner !== null) place = inner as Record<string, unknown>
    else {
      const made = {}
      place[step] = made
      place = made
    }
  }
  place[steps.at(-1) ?? ''] = value
}
