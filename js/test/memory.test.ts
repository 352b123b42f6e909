import { describe, expect, it } from 'vitest'
import { held, open } from './clients.js'
import { makeSigner, payloadOf } from './frames.js'
import { byCountry, makeFrame } from './snapshots.js'

const source = 'https://flags.test/'
const [rule] = byCountry.rules
const flags = {
  'by-country': byCountry,
  // This one reads the unit too, which is of any length.
  share: { ...byCountry, rules: [{ ...rule, serve: { split: { on: 50, off: 50 } } }] },
}
const frame = makeFrame({ flags })

describe('the memory of the runtime', () => {
  it('stays flat over 10,000,000 evaluations', () => {
    const { exports, compile } = held()
    const client = open({ bootstrap: frame }, { compile })
    const countries = ['US', 'CA', 'DE', 'a country that no flag names']
    const contexts = Array.from({ length: 1_000 }, (_, number) => ({
      targetingKey: `user-${'x'.repeat(number % 50)}${number}`,
      country: countries[number % 4],
    }))
    const ask = (times: number) => {
      let on = 0
      for (let number = 0; number < times; number++) {
        const context = contexts[number % 1_000] as object
        const key = number % 2_000 < 1_000 ? 'by-country' : 'share'
        const detailed = number % 10 === 0
        if (detailed ? client.details(key, false, context).value : client.value(key, false, context)) on++
        if (number % 100 === 0) client.all(context)
      }
      return on
    }
    ask(10_000)
    const before = exports.memory.buffer.byteLength
    const on = ask(10_000_000)
    expect(on).toBeGreaterThan(3_500_000)
    expect(on).toBeLessThan(4_000_000)
    expect(exports.memory.buffer.byteLength - before).toBeLessThan(65_536)
  })

  it('stays flat over 100,000 binds', () => {
    const { exports, compile } = held()
    const client = open({ bootstrap: frame }, { compile })
    const kept: unknown[] = []
    const bind = (times: number) => {
      let on = 0
      for (let number = 0; number < times; number++) {
        const user = client.bind({ targetingKey: `user-${number}`, country: number % 2 ? 'US' : `${number}` })
        if (user.value('by-country', false)) on++
        if (number % 100 === 0) kept.push(user.all(), user)
      }
      return on
    }
    bind(1_000)
    const before = exports.memory.buffer.byteLength
    expect(bind(100_000)).toBe(50_000)
    expect(kept).toHaveLength(2_020)
    expect(exports.memory.buffer.byteLength - before).toBeLessThan(65_536)
  })

  it('stays flat over 10,000 snapshots, of one size and another', async () => {
    const { trust, sign } = makeSigner()
    const flags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, number) => [`flag-${number}`, byCountry]))
    const payloads = [1, 40].map((count) => payloadOf(makeFrame({ flags: flags(count) })))
    let version = 0
    const fetch = async (url: string) => {
      if (url.endsWith('head')) return new Response('', { status: 404 })
      const payload = payloads[version % 2] as Uint8Array
      // The version stands behind the format and the length of the header.
      new DataView(payload.buffer, payload.byteOffset).setBigInt64(6, BigInt(++version), true)
      return new Response(sign(payload))
    }
    const { exports, compile } = held()
    const client = open({ source, fetch, trust }, { compile })
    const bound = client.bind({ country: 'CA' })
    const replace = async (last: number) => {
      while (version < last) {
        expect(await client.refresh()).toBe(true)
        if (version % 10 === 0) expect(bound.value('flag-0', false)).toBe(true)
      }
    }
    await replace(100)
    const before = exports.memory.buffer.byteLength
    await replace(10_000)
    expect(client.snapshot?.version).toBe(10_000)
    expect(exports.memory.buffer.byteLength - before).toBeLessThan(65_536)
  })

  it('is of each client its own', () => {
    const other = makeFrame({
      flags: { 'by-country': { ...byCountry, rules: [] }, another: { default: 'on' } },
      project: 'other',
    })
    const [a, b] = [open({ bootstrap: frame }), open({ bootstrap: other })]
    const context = { country: 'CA' }
    const [boundA, boundB] = [a.bind(context), b.bind(context)]
    for (let i = 0; i < 10; i++) {
      expect([boundA.value('by-country', false), boundB.value('by-country', true)]).toEqual([true, false])
      expect([a.value('another', false), b.value('another', false)]).toEqual([false, true])
    }
    expect([a.snapshot?.scope, b.snapshot?.scope]).toEqual([
      'shop/production/server',
      'other/production/server',
    ])
  })
})
