import { describe, expect, it, vi } from 'vitest'
import { open } from './clients.js'
import { byCountry, makeFrame, NOW } from './snapshots.js'

const on = { default: 'on' }
const frame = makeFrame({
  flags: {
    'by-country': byCountry,
    plain: on,
    split: { default: { split: { on: 50, off: 50 } } },
    text: { variants: { a: 'first', b: 'second' }, offVariant: 'b', default: 'a' },
    count: { variants: { few: 3, many: 1e6 }, offVariant: 'few', default: 'many' },
    banner: {
      variants: { one: { title: 'Hi', tags: ['a', { b: 1 }] }, none: [] },
      offVariant: 'none',
      default: 'one',
    },
    off: { default: 'on', environments: { production: { enabled: false } } },
    killed: { default: 'on', environments: { production: { killed: true } } },
    later: {
      default: 'off',
      rules: [{ if: { window: { from: '2026-12-01T00:00:00Z' } }, serve: 'on' }],
    },
    ramp: {
      default: { rollout: 'launch' },
      rollouts: {
        launch: { from: 'off', to: 'on', stages: [{ name: 'all', share: 100 }] },
      },
      environments: {
        production: {
          rollouts: { launch: { status: 'running', stage: 'all', enteredAt: '2026-11-01T00:00:00Z' } },
        },
      },
    },
  },
})
const flags = open({ bootstrap: frame })

describe('value', () => {
  it('serves each type of value', () => {
    expect(flags.value('plain', false)).toBe(true)
    expect(flags.value('text', '')).toBe('first')
    expect(flags.value('count', 0)).toBe(1e6)
    expect(flags.value('banner', {})).toEqual({ title: 'Hi', tags: ['a', { b: 1 }] })
  })

  it('gives the default for another type, and for a flag that is not there', () => {
    expect(flags.value('plain', 'no')).toBe('no')
    expect(flags.value('text', 1)).toBe(1)
    expect(flags.value('nowhere', 'x')).toBe('x')
    expect(flags.value('toString', 'x')).toBe('x')
  })

  it('hands out one frozen object for a variant', () => {
    const banner = flags.value('banner', { tags: [] as unknown[] })
    expect(banner).toBe(flags.value('banner', {}))
    expect(() => Object.assign(banner, { title: 'changed' })).toThrow(TypeError)
    expect(Object.isFrozen(banner.tags)).toBe(true)
    expect(Object.isFrozen(banner.tags[1])).toBe(true)
  })

  it('can be taken off the client', () => {
    const { value, details, all } = flags
    expect(value('by-country', false, { country: 'CA' })).toBe(true)
    expect(details('by-country', false).value).toBe(false)
    expect(all()).toHaveProperty('plain', true)
  })

  it('reads the clock for flags that depend on time only', () => {
    const now = vi.fn(() => NOW)
    const timed = open({ bootstrap: frame, now })
    now.mockClear()
    timed.value('plain', false)
    timed.value('by-country', false, { country: 'US' })
    timed.details('text', '')
    expect(now).not.toHaveBeenCalled()
    expect(timed.value('later', true)).toBe(false)
    expect(now).toHaveBeenCalledOnce()
    now.mockReturnValue(Date.parse('2026-12-02T00:00:00Z'))
    expect(timed.value('later', false)).toBe(true)
  })
})

describe('details', () => {
  it('name variant, reason, rule and exit', () => {
    expect(flags.details('by-country', false, { country: 'CA' })).toEqual({
      value: true,
      variant: 'on',
      reason: 'TARGETING_MATCH',
      rule: 'north-america',
      ruleIndex: 0,
      flagMetadata: { exit: 'rule', version: 1, dependsOnTime: false },
    })
    expect(flags.details('by-country', true, { country: 'DE' })).toEqual({
      value: false,
      variant: 'off',
      reason: 'DEFAULT',
      flagMetadata: { exit: 'default', version: 1, dependsOnTime: false },
    })
    expect(flags.details('plain', false)).toMatchObject({
      reason: 'STATIC',
      flagMetadata: { exit: 'static' },
    })
    expect(flags.details('off', true)).toMatchObject({
      value: false,
      reason: 'DISABLED',
      flagMetadata: { exit: 'disabled' },
    })
    expect(flags.details('killed', true)).toMatchObject({
      value: false,
      reason: 'DISABLED',
      flagMetadata: { exit: 'killed' },
    })
  })

  it('name bucket and unit of a split', () => {
    const { reason, flagMetadata } = flags.details('split', false, { targetingKey: 'u-17' })
    expect(reason).toBe('SPLIT')
    expect(flagMetadata).toMatchObject({ exit: 'split', unitAttribute: 'targetingKey' })
    expect(flagMetadata.bucket).toBeGreaterThanOrEqual(0)
    expect(flagMetadata.bucket).toBeLessThan(100_000)
  })

  it('name stage and arm of a rollout', () => {
    expect(flags.details('ramp', false, { targetingKey: 'u-17' })).toMatchObject({
      value: true,
      reason: 'SPLIT',
      flagMetadata: { exit: 'rollout', stage: 'all' },
    })
  })

  it('say when the answer next changes', () => {
    expect(flags.details('later', true).flagMetadata).toMatchObject({
      dependsOnTime: true,
      nextChangeAt: Date.parse('2026-12-01T00:00:00Z'),
    })
    expect(flags.details('plain', true).flagMetadata).not.toHaveProperty('nextChangeAt')
  })

  it('tell a missing unit, with the off variant', () => {
    expect(flags.details('split', true)).toMatchObject({
      value: false,
      variant: 'off',
      reason: 'ERROR',
      errorCode: 'TARGETING_KEY_MISSING',
      errorMessage: 'targeting key missing',
      flagMetadata: { exit: 'unit-missing' },
    })
  })

  it('tell why the default is the answer', () => {
    const failure = { value: 'x', reason: 'ERROR', flagMetadata: {} }
    expect(flags.details('nowhere', 'x')).toMatchObject({ ...failure, errorCode: 'FLAG_NOT_FOUND' })
    expect(flags.details('plain', 'x')).toMatchObject({ ...failure, errorCode: 'TYPE_MISMATCH' })
    const waiting = open({ source: 'https://flags.test/', fetch: () => new Promise(() => {}) })
    expect(waiting.details('plain', 'x')).toMatchObject({ ...failure, errorCode: 'PROVIDER_NOT_READY' })
    expect(waiting.value('plain', 'x')).toBe('x')
    expect(waiting.all()).toEqual({})
    waiting.close()
  })
})

describe('all', () => {
  it('gives every value by its key', () => {
    expect(flags.all({ country: 'US', targetingKey: 'u-17' })).toEqual({
      'by-country': true,
      plain: true,
      split: expect.any(Boolean),
      text: 'first',
      count: 1e6,
      banner: { title: 'Hi', tags: ['a', { b: 1 }] },
      off: false,
      killed: false,
      later: false,
      ramp: true,
    })
  })

  it('gives an object of its own each time', () => {
    const context = { country: 'US' }
    const first: { plain?: unknown; text?: unknown } = flags.all(context)
    first.plain = 'changed'
    delete first.text
    expect(flags.all(context)).toMatchObject({ 'by-country': true, plain: true, text: 'first' })
    expect(flags.all({ country: 'DE' })).toMatchObject({ 'by-country': false, plain: true, text: 'first' })
    expect(first).toMatchObject({ 'by-country': true, plain: 'changed' })
  })

  it('agrees with value for each flag', () => {
    for (let i = 0; i < 200; i++) {
      const context = { targetingKey: `u-${i}`, country: i % 3 === 0 ? 'US' : 'DE' }
      const all = flags.all(context)
      for (const key of ['split', 'by-country']) expect(all[key]).toBe(flags.value(key, false, context))
    }
  })

  it('keeps keys apart from what objects inherit', () => {
    const odd = open({ bootstrap: makeFrame({ flags: { __proto: on, constructor: on, ['__proto__']: on } }) })
    const all = odd.all()
    expect(Object.keys(all).sort()).toEqual(['__proto', '__proto__', 'constructor'])
    expect(Object.getPrototypeOf(all)).toBe(Object.prototype)
    expect(odd.value('__proto__', false)).toBe(true)
  })
})

describe('a binding', () => {
  it('answers like the context it was made from, whatever came between', () => {
    const contexts = Array.from({ length: 50 }, (_, i) => ({
      targetingKey: `ü-${i}`,
      country: i % 2 ? 'US' : 'DE',
    }))
    const bindings = contexts.map((context) => flags.bind(context))
    for (let round = 0; round < 3; round++) {
      contexts.forEach((context, i) => {
        const binding = bindings[(i * 7 + 1) % 50]
        const bound = contexts[(i * 7 + 1) % 50]
        expect(binding?.value('split', false)).toBe(flags.value('split', false, bound))
        expect(binding?.value('by-country', false)).toBe(bound?.country === 'US')
        expect(flags.value('by-country', false, context)).toBe(context.country === 'US')
        expect(binding?.all()).toEqual(flags.all(bound))
      })
    }
  })

  it('has details', () => {
    expect(flags.bind({ country: 'CA' }).details('by-country', false)).toEqual(
      flags.details('by-country', false, { country: 'CA' }),
    )
  })

  it('can be made before there is a snapshot', async () => {
    const client = open({ source: 'https://flags.test/', fetch: async () => new Response(frame) })
    const binding = client.bind({ country: 'CA' })
    expect(binding.value('by-country', false)).toBe(false)
    await client.ready()
    expect(binding.value('by-country', false)).toBe(true)
  })

  it('follows the snapshot in force', async () => {
    const newer = makeFrame({
      version: 2,
      flags: {
        // Attributes, symbols and flags stand in other places than before.
        aaa: { default: 'off', rules: [{ if: { attribute: 'city', in: ['Bern'] }, serve: 'on' }] },
        'by-country': {
          ...byCountry,
          rules: [
            {
              if: {
                all: [
                  { attribute: 'age', '>': 5 },
                  { attribute: 'country', in: ['AT', 'US'] },
                ],
              },
              serve: 'on',
            },
          ],
        },
      },
    })
    const client = open({
      bootstrap: frame,
      source: 'https://flags.test/',
      fetch: async () => new Response(newer),
    })
    const binding = client.bind({ country: 'CA', age: 7 })
    const other = client.bind({ country: 'US', age: 7 })
    expect([binding.value('by-country', false), other.value('by-country', false)]).toEqual([true, true])
    await client.refresh()
    expect(client.snapshot?.version).toBe(2)
    expect([binding.value('by-country', true), other.value('by-country', false)]).toEqual([false, true])
  })
})
