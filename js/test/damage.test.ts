import { describe, expect, it } from 'vitest'
import { open } from './clients.js'
import { makeSigner, payloadOf } from './frames.js'
import { byCountry, makeFrame, NOW } from './snapshots.js'

const day = 86_400_000
const iso = (moment: number) => new Date(moment).toISOString()

const flags = {
  'by-country': byCountry,
  listed: {
    clientVisible: false,
    variants: { a: 'one', b: 'two' },
    offVariant: 'b',
    default: 'b',
    targets: { a: ['u-1', 'u-2'] },
    prerequisites: { 'by-country': ['on'] },
  },
  numbers: {
    variants: { low: 1, high: 2.5 },
    offVariant: 'low',
    default: { split: { low: 50, high: 50 } },
    rules: [
      { if: { all: [{ segment: 'staff' }, { attribute: 'plan.tier', matches: '^pro' }] }, serve: 'high' },
      { if: { attribute: 'roles', anyOf: ['admin', 7] }, serve: 'high' },
    ],
  },
  timed: {
    variants: { on: { deep: [1] }, off: {} },
    offVariant: 'off',
    default: { rollout: 'plan' },
    rollouts: {
      plan: {
        from: 'off',
        to: 'on',
        stages: [{ name: 'one', ramp: { from: 0, to: 100, start: iso(NOW - day), end: iso(NOW + day) } }],
      },
    },
    environments: {
      production: { rollouts: { plan: { status: 'running', stage: 'one', enteredAt: iso(NOW) } } },
    },
  },
}
const segments = {
  staff: { if: { not: { window: { to: iso(NOW - day) } } } },
}
const defaults = { 'by-country': false, listed: '', numbers: 0, timed: {} }

const contexts = [
  { targetingKey: 'u-1', country: 'CA', plan: { tier: 'pro' }, roles: ['admin'] },
  { targetingKey: 9, country: 'DE' },
  {},
]

/** Signs `payload` and asks everything of it. Returns what went wrong; nothing when it is refused. */
function ask(payload: Uint8Array, { trust, sign }: ReturnType<typeof makeSigner>): string[] {
  const wrong: string[] = []
  const client = open({ bootstrap: sign(payload), trust })
  client.on('error', ({ code }) => code === 'ENGINE_TRAPPED' && wrong.push(code))
  if (!client.snapshot) return wrong
  for (const context of contexts) {
    for (const [key, otherwise] of Object.entries(defaults)) {
      const { value, errorCode } = client.details<object>(key, otherwise as object, context)
      const among = client.all(context)[key]
      const answer = value === otherwise ? undefined : value
      if (errorCode === 'GENERAL') wrong.push(`${key}: ${errorCode}`)
      if (!errorCode && typeof value !== typeof otherwise) wrong.push(`${key}: ${value}`)
      if (!errorCode && answer !== among && value !== otherwise)
        wrong.push(`${key}: ${value} alone, ${among} in all`)
      if (errorCode === 'PARSE_ERROR' && among !== undefined) wrong.push(`${key}: in all, not alone`)
    }
  }
  return wrong
}

describe('a snapshot that was damaged before it was signed', () => {
  it('never stops the engine, closes single flags, and answers alike one by one and all at once', async () => {
    const signer = makeSigner()
    const sound = payloadOf(makeFrame({ flags, segments }))
    const found: string[] = []
    for (let at = 0; at < sound.length; at++) {
      for (const byte of new Set([0, 1, 255, (sound[at] as number) ^ 1])) {
        const payload = sound.slice()
        payload[at] = byte
        for (const wrong of ask(payload, signer)) found.push(`byte ${at} as ${byte}: ${wrong}`)
      }
    }
    await Promise.resolve()
    expect(found).toEqual([])
  })
})
