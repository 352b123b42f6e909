import { describe, expect, it } from 'vitest'
import { open } from './clients.js'
import { makeFrame } from './snapshots.js'

/** As deep as the limits let conditions, segments and prerequisites go. */
const LEVELS = 16
const SEGMENTS = 8
const PREREQUISITES = 8

/** A condition in groups in groups. Its first members fail, so that the innermost one decides. */
function deep(innermost: object): object {
  let condition = innermost
  for (let level = 1; level < LEVELS; level++) {
    const first = { attribute: 'country', in: ['DE'] }
    condition = level % 2 ? { any: [first, condition] } : { all: [{ not: first }, condition] }
  }
  return condition
}

const deepest = () => {
  const segments: Record<string, object> = {}
  for (let number = 1; number <= SEGMENTS; number++) {
    const inner = number === 1 ? { percentage: 100, salt: 's'.repeat(64) } : { segment: `s${number - 1}` }
    segments[`s${number}`] = { salt: 's', if: deep(inner) }
  }
  const environments = {
    production: {
      rollouts: { plan: { status: 'running', stage: 'one', enteredAt: '2026-11-21T00:00:00Z' } },
    },
  }
  const flags: Record<string, object> = {
    f0: {
      default: { rollout: 'plan' },
      environments,
      rollouts: {
        plan: { from: 'off', to: 'on', stages: [{ name: 'one', share: 10, ring: deepRing() }] },
      },
    },
  }
  for (let number = 1; number <= PREREQUISITES; number++) {
    flags[`f${number}`] = { default: 'on', prerequisites: { [`f${number - 1}`]: ['on'] } }
  }
  return { flags, segments }
}

/** One level less: the rings of a plan stand in a condition of their own. */
function deepRing(): object {
  const ring = deep({ segment: `s${SEGMENTS}` }) as { any: [object, { all: [object, object] }] }
  return ring.any[1]
}

describe('the stack of the runtime', () => {
  it('holds the deepest evaluation, before and after frames are verified on it', () => {
    const { flags, segments } = deepest()
    const client = open({ bootstrap: makeFrame({ flags, segments }) })
    const context = { targetingKey: 'u'.repeat(4_096), country: 'CA' }
    const last = `f${PREREQUISITES}`
    expect(client.details(last, false, context)).toMatchObject({ value: true, reason: 'STATIC' })
    expect(client.details('f0', false, context)).toMatchObject({ value: true, reason: 'TARGETING_MATCH' })
    expect(client.all(context)).toMatchObject({ [last]: true })
    expect(client.value(last, true, { ...context, country: 'DE' })).toBe(false)
  })
})
