import { describe, expect, it, vi } from 'vitest'
import { type Exposure, exposures } from '../src/entry/exposures.js'
import { open } from './clients.js'
import { byCountry, makeFrame, NOW } from './snapshots.js'
import { published, visit } from './visits.js'

const time = new Date(NOW).toISOString()
const on = { default: 'on' }
const launch = (more: object) => ({
  variants: { classic: 'classic', 'one-page': 'one-page' },
  offVariant: 'classic',
  default: 'classic',
  rules: [{ name: 'everyone', serve: { rollout: 'launch' } }],
  rollouts: {
    launch: {
      from: 'classic',
      to: 'one-page',
      control: true,
      stages: [{ name: 'half', share: 50 }],
      ...more,
    },
  },
  environments: {
    production: {
      rollouts: { launch: { status: 'running', stage: 'half', enteredAt: '2026-11-01T00:00:00Z' } },
    },
  },
})
const flags = {
  'by-country': byCountry,
  plain: on,
  count: { variants: { few: 1, many: 9 }, offVariant: 'few', default: 'many' },
  checkout: launch({}),
  nested: launch({ by: 'account.id' }),
  killed: { default: 'on', environments: { production: { killed: true } } },
}
const bootstrap = makeFrame({ flags })

/** A client whose exposures are noted. */
function watched(options: Parameters<typeof exposures>[1] = {}) {
  const seen: Exposure[] = []
  const client = open({ bootstrap, onExposure: exposures((exposure) => void seen.push(exposure), options) })
  return { client, seen }
}

describe('an exposure', () => {
  it('tells flag, variant, arm, rule, stage, unit, version and time', () => {
    const { client, seen } = watched()
    for (let i = 0; i < 20; i++) client.value('checkout', '', { targetingKey: `u-${i}` })
    expect(seen).toHaveLength(20)
    expect(new Set(seen.map(({ arm }) => arm))).toEqual(new Set(['treatment', 'control']))
    for (const [i, exposure] of seen.entries()) {
      const variant = exposure.arm === 'treatment' ? 'one-page' : 'classic'
      expect(JSON.stringify(exposure)).toBe(
        `{"time":"${time}","flag":"checkout","variant":"${variant}","arm":"${exposure.arm}","rule":"everyone",` +
          `"stage":"half","unit":"u-${i}","version":1}`,
      )
    }
  })

  it('is told again under a new snapshot, from which a plan may have been started anew', async () => {
    const publisher = published()
    const seen: Exposure[] = []
    const { client } = visit(publisher, { onExposure: exposures((exposure) => void seen.push(exposure)) })
    await client.refresh()
    for (let i = 0; i < 2; i++) client.value('plain', false, { targetingKey: 'u-1' })
    publisher.publish()
    await client.refresh()
    for (let i = 0; i < 2; i++) client.value('plain', false, { targetingKey: 'u-1' })
    expect(seen.map(({ version }) => version)).toEqual([1, 2])
  })

  it('has no more than is so', () => {
    const { client, seen } = watched()
    client.details('plain', false, { targetingKey: 'u-1' })
    expect(seen).toEqual([{ time, flag: 'plain', variant: 'on', unit: 'u-1', version: 1 }])
  })

  it('is told once for each flag, variant, arm and unit', () => {
    const { client, seen } = watched()
    const context = { targetingKey: 'u-1', country: 'CA' }
    const user = client.bind(context)
    for (let i = 0; i < 3; i++) {
      client.value('by-country', false, context)
      client.details('by-country', false, context)
      user.value('by-country', false)
      user.details('by-country', false)
      client.value('plain', false, context)
    }
    client.value('by-country', false, { targetingKey: 'u-1', country: 'DE' })
    client.value('by-country', false, { targetingKey: 'u-2', country: 'CA' })
    expect(seen.map(({ flag, variant, unit }) => [flag, variant, unit])).toEqual([
      ['by-country', 'on', 'u-1'],
      ['plain', 'on', 'u-1'],
      ['by-country', 'off', 'u-1'],
      ['by-country', 'on', 'u-2'],
    ])
  })

  it('is told of values that are read, not of all of them', () => {
    const { client, seen } = watched()
    client.all({ targetingKey: 'u-1' })
    client.bind({ targetingKey: 'u-1' }).all()
    expect(seen).toEqual([])
  })

  it('is told of what a snapshot served only', () => {
    const { client, seen } = watched()
    const context = { targetingKey: 'u-1' }
    client.value('nowhere', 'x', context)
    client.value('plain', 'not a boolean', context)
    client.value('checkout', '')
    expect(seen).toEqual([])
    const hook = vi.fn()
    const waiting = open({
      source: 'https://flags.test/',
      fetch: () => new Promise(() => {}),
      onExposure: exposures(hook),
    })
    expect(waiting.value('plain', true, context)).toBe(true)
    expect(hook).not.toHaveBeenCalled()
    waiting.close()
  })

  it('leaves what is answered as it is', () => {
    const { client } = watched()
    const bare = open({ bootstrap })
    for (const key of [...Object.keys(flags), 'nowhere']) {
      for (const context of [{ targetingKey: 'u-1', country: 'CA', account: { id: 7 } }, {}, undefined]) {
        for (const otherwise of [false, 'x', 1]) {
          const [expected, answer] = [bare, client].map((asked) => [
            asked.value(key, otherwise as never, context),
            asked.details(key, otherwise as never, context),
            asked.bind(context as never).value(key, otherwise as never),
            asked.bind(context as never).details(key, otherwise as never),
          ])
          expect(answer).toEqual(expected)
        }
      }
    }
  })

  it('names the unit as it was hashed, wherever the context has it', () => {
    const { client, seen } = watched()
    client.value('nested', '', { targetingKey: 'u-1', account: { id: 'a-1' } })
    client.bind({ targetingKey: 'u-1', account: { id: 'a-2' } }).value('nested', '')
    client.value('nested', '', { targetingKey: 'u-1' })
    expect(seen.map(({ unit, by }) => [unit, by])).toEqual([
      ['a-1', 'account.id'],
      ['a-2', 'account.id'],
    ])
  })

  it.each([
    ['a string', 'u-1', 'u-1'],
    ['a number', 42, '42'],
    ['a negative zero', -0, '0'],
    ['the largest bigint', 9_007_199_254_740_991n, '9007199254740991'],
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['a byte order mark', '\ufeffü', '\ufeffü'],
    ['the longest string', 'x'.repeat(4_096), 'x'.repeat(4_096)],
    ['an empty string', '', undefined],
    ['a fraction', 1.5, undefined],
    ['a larger bigint', 2n ** 60n, undefined],
    ['a boolean', true, undefined],
    ['a list', ['u-1'], undefined],
    ['null', null, undefined],
    ['a longer string', 'ü'.repeat(2_049), undefined],
  ])('has the unit of %s', (_, targetingKey, unit) => {
    const { client, seen } = watched()
    client.value('checkout', '', { targetingKey })
    client.value('plain', false, { targetingKey })
    expect(seen.map((exposure) => exposure.unit)).toEqual(unit === undefined ? [] : [unit, unit])
  })

  it('carries the attributes that were asked for, when there are any', () => {
    const { client, seen } = watched({ attributes: ['country', 'plan.tier', 'a.b', 'age', 'beta'] })
    const plan = { tier: 'gold' }
    client.value('plain', false, {
      targetingKey: 'u-1',
      country: 'CA',
      plan,
      'a.b': 1,
      age: Number.NaN,
      beta: false,
    })
    client.value('plain', false, { targetingKey: 'u-2', country: 'x'.repeat(257), plan: 'gold', age: [1] })
    expect(seen.map(({ attributes }) => attributes)).toEqual([
      { country: 'CA', 'plan.tier': 'gold', 'a.b': 1, beta: false },
      undefined,
    ])
  })

  it('has only what is the context’s own', () => {
    const { client, seen } = watched({ attributes: ['country'] })
    client.value('plain', false, Object.create({ targetingKey: 'u-1' }))
    client.value('plain', false, Object.assign(Object.create({ country: 'CA' }), { targetingKey: 'u-2' }))
    expect(seen.map(({ unit, attributes }) => [unit, attributes])).toEqual([['u-2', undefined]])
  })
})

describe('what goes wrong with an exposure', () => {
  const context = { targetingKey: 'u-1' }

  it.each([
    [
      'throws',
      () => {
        throw new Error('full')
      },
    ],
    ['rejects', () => Promise.reject(new Error('full'))],
  ])('is reported when the sink %s, and the value is served', async (_, sink) => {
    const onError = vi.fn(() => {
      throw new Error('who reports throws too')
    })
    const client = open({ bootstrap, onExposure: exposures(sink, { onError }) })
    expect(client.value('plain', false, context)).toBe(true)
    await Promise.resolve()
    await Promise.resolve()
    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('full'))
    expect(client.status).toBe('ready')
  })

  it('is reported when the context throws where it is read again', () => {
    const onError = vi.fn()
    const sink = vi.fn()
    const client = open({ bootstrap, onExposure: exposures(sink, { onError }) })
    let reads = 0
    const trap = {
      get targetingKey() {
        if (reads++ > 0) throw new Error('once only')
        return 'u-1'
      },
    }
    expect(client.value('checkout', '', trap)).toMatch(/classic|one-page/)
    expect(onError).toHaveBeenCalledOnce()
    expect(sink).not.toHaveBeenCalled()
  })

  it('does not go round in circles when a sink reads flags', () => {
    const seen: string[] = []
    const client = open({
      bootstrap,
      onExposure: exposures(({ flag }) => {
        seen.push(flag)
        client.value('plain', false, context)
        client.value('killed', false, context)
      }),
    })
    client.value('plain', false, context)
    expect(seen).toEqual(['plain', 'killed'])
  })

  it('is offered again when the sink had no room', () => {
    const answers = [false, false, true]
    const write = vi.fn((_: Exposure) => answers.shift())
    const client = open({ bootstrap, onExposure: exposures({ write }) })
    for (let i = 0; i < 5; i++) client.value('plain', false, context)
    expect(write).toHaveBeenCalledTimes(3)
  })
})

describe('the memory of exposures', () => {
  it('keeps the last ones at least, and forgets those of long ago', () => {
    const { client, seen } = watched({ remember: 10 })
    const read = (i: number) => client.value('plain', false, { targetingKey: `u-${i}` })
    for (let i = 0; i < 10; i++) read(i)
    for (let i = 9; i >= 0; i--) read(i)
    expect(seen).toHaveLength(10)
    for (let i = 0; i < 100; i++) read(i)
    expect(seen).toHaveLength(100)
    for (let i = 90; i < 100; i++) read(i)
    expect(seen).toHaveLength(100)
    read(0)
    expect(seen).toHaveLength(101)
  })

  it('is bounded, however many units there are', () => {
    const sizes: number[] = []
    const add = Set.prototype.add
    vi.spyOn(Set.prototype, 'add').mockImplementation(function (this: Set<unknown>, value) {
      const set = add.call(this, value) as Set<unknown>
      sizes.push(set.size)
      return set
    })
    const { client, seen } = watched({ remember: 100 })
    for (let i = 0; i < 10_000; i++) client.value('plain', false, { targetingKey: `u-${i}` })
    vi.restoreAllMocks()
    expect(seen).toHaveLength(10_000)
    expect(Math.max(...sizes)).toBe(100)
  })

  it('is one for each client', () => {
    const seen: Exposure[] = []
    const onExposure = exposures((exposure) => void seen.push(exposure))
    for (let i = 0; i < 2; i++) open({ bootstrap, onExposure }).value('plain', false, { targetingKey: 'u-1' })
    expect(seen).toHaveLength(2)
  })
})
