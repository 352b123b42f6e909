import { afterEach, describe, expect, it } from 'vitest'
import { open } from './clients.js'
import { byCountry, makeFrame } from './snapshots.js'

const half = { default: { split: { on: 50, off: 50 } } }
const flags = JSON.parse('{ "__proto__": { "default": "on" } }')
const frame = makeFrame({ flags: { ...flags, 'by-country': byCountry, constructor: byCountry, half } })
const client = open({ bootstrap: frame })
const shared = Object.prototype as { country?: string }

describe('a polluted Object.prototype', () => {
  afterEach(() => delete shared.country)

  it('gives no context an attribute', () => {
    const bound = client.bind({})
    shared.country = 'CA'
    for (const context of [{}, { targetingKey: 'u-1' }, []]) {
      expect(client.value('by-country', true, context)).toBe(false)
      expect(client.all(context)['by-country']).toBe(false)
    }
    expect(bound.value('by-country', true)).toBe(false)
    expect(client.value('by-country', false, { country: 'US' })).toBe(true)
  })

  it('gives none either when the property cannot be enumerated', () => {
    Object.defineProperty(shared, 'country', { value: 'CA', configurable: true })
    expect(client.value('by-country', true, { targetingKey: 'u-1' })).toBe(false)
    expect(client.bind({}).value('by-country', true)).toBe(false)
    expect(client.value('by-country', false, { country: 'US' })).toBe(true)
  })
})

describe('a getter that evaluates', () => {
  it('leaves bindings and the context around it as they are', () => {
    const bound = client.bind({ country: 'CA' })
    expect(bound.value('by-country', false)).toBe(true)
    const context = {
      country: 'DE',
      get targetingKey() {
        return String(bound.value('by-country', false))
      },
    }
    expect(client.all(context)['by-country']).toBe(false)
    expect(bound.value('by-country', false)).toBe(true)
  })
})

describe('keys that objects have anyway', () => {
  it('are flags like others', () => {
    const all = client.all({ country: 'CA' })
    expect(Object.getPrototypeOf(all)).toBe(Object.prototype)
    expect(Object.getOwnPropertyDescriptor(all, '__proto__')?.value).toBe(true)
    expect(all.constructor).toBe(true)
    expect(client.value('__proto__', false)).toBe(true)
    expect(client.value('constructor', true)).toBe(false)
  })

  it('are no flags when no flag has them', () => {
    for (const key of ['toString', 'hasOwnProperty', 'valueOf', '']) {
      expect(client.details(key, 'mine')).toMatchObject({ value: 'mine', errorCode: 'FLAG_NOT_FOUND' })
    }
    for (const key of [undefined, null, 1, Symbol('key'), {}]) {
      expect(client.value(key as unknown as string, 'mine')).toBe('mine')
    }
  })
})
