import { describe, expect, it } from 'vitest'
import { open } from './clients.js'
import { makeFrame } from './snapshots.js'

const rule = (condition: object) => ({ default: 'off', rules: [{ if: condition, serve: 'on' }] })
const frame = makeFrame({
  flags: {
    present: rule({ attribute: 'a', exists: true }),
    text: rule({ attribute: 'a', type: 'string' }),
    number: rule({ attribute: 'a', type: 'number' }),
    boolean: rule({ attribute: 'a', type: 'boolean' }),
    date: rule({ attribute: 'a', type: 'date' }),
    list: rule({ attribute: 'a', type: 'array' }),
    object: rule({ attribute: 'a', type: 'object' }),
    positive: rule({ attribute: 'a', '>': 0 }),
    equal: rule({ attribute: 'a', '=': 'x' }),
    prefix: rule({ attribute: 'a', startsWith: 'x' }),
    replaced: rule({ attribute: 'a', endsWith: 'é' }),
    any: rule({ attribute: 'a', anyOf: ['x', 7] }),
    size: rule({ attribute: 'a', size: { '>=': 0 } }),
    nested: rule({ attribute: 'a.b.c', '=': 'x' }),
    length: rule({ attribute: 'a.length', exists: true }),
    proto: rule({ attribute: ['__proto__'], exists: true }),
    constructor: rule({ attribute: 'constructor', exists: true }),
    toString: rule({ attribute: 'toString', exists: true }),
    unit: { default: { split: { on: 50, off: 50 } } },
    unrelated: { default: 'on' },
  },
})
const flags = open({ bootstrap: frame })

/** The flags that are on when attribute `a` is `value`, asked in each of the ways. */
function held(value: unknown): string[] {
  return onFor({ a: value })
}

function onFor(context: unknown): string[] {
  const given = context as object
  const keys = Object.keys(flags.all())
  const fresh = keys.filter((key) => flags.value(key, false, given))
  const bound = flags.bind(given)
  expect(keys.filter((key) => bound.value(key, false))).toEqual(fresh)
  expect(keys.filter((key) => flags.details(key, false, given).value)).toEqual(fresh)
  expect(keys.filter((key) => flags.all(given)[key])).toEqual(fresh)
  return fresh.filter((key) => key !== 'unrelated' && key !== 'unit').sort()
}

describe('what is no context', () => {
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'a'],
    ['a number', 7],
    ['a symbol', Symbol('a')],
    ['a bigint', 7n],
    ['a function', Object.assign(() => {}, { a: 'x' })],
    ['an array', Object.assign([1, 2], { a: 'x' })],
    ['a revoked proxy', revoked.proxy],
    [
      'a proxy that throws',
      new Proxy({}, { get: thrower, has: thrower, getOwnPropertyDescriptor: thrower, ownKeys: thrower }),
    ],
    ['an object that only inherits', Object.create({ a: 'x' })],
    [
      'an empty class instance',
      new (class {
        get a() {
          return 'x'
        }
      })(),
    ],
  ])('%s has no attributes', (_, context) => {
    expect(onFor(context)).toEqual([])
    expect(flags.value('unrelated', false, context as object)).toBe(true)
  })
})

describe('an attribute', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['NaN', Number.NaN],
    ['a symbol', Symbol('x')],
    ['a function', () => 'x'],
    ['a bigint beyond the safe integers', 2n ** 53n],
    ['an invalid date', new Date(Number.NaN)],
    ['a list over 1,024 elements', new Array(1_025).fill('x')],
    ['a huge sparse list', new Array(4_000_000_000)],
    ['a string of 10 MB', 'x'.repeat(10_000_000)],
    ['a string over 65,536 bytes', 'x'.repeat(65_537)],
    ['a string over 65,536 bytes beyond ASCII', 'é'.repeat(32_769)],
  ])('that is %s is absent', (_, value) => {
    expect(held(value)).toEqual([])
  })

  it('may be a string of up to 65,536 bytes', () => {
    expect(held('x'.repeat(65_536))).toEqual(['prefix', 'present', 'text'])
    expect(held(`x${'é'.repeat(32_767)}`)).toEqual(['prefix', 'present', 'replaced', 'text'])
    expect(held('x')).toEqual(['equal', 'prefix', 'present', 'text'])
    expect(held('')).toEqual(['present', 'text'])
  })

  it('may be a number or a bigint, by value', () => {
    expect(held(7)).toEqual(['number', 'positive', 'present'])
    expect(held(7n)).toEqual(['number', 'positive', 'present'])
    expect(held(-(2n ** 53n - 1n))).toEqual(['number', 'present'])
    expect(held(Number.POSITIVE_INFINITY)).toEqual(['number', 'positive', 'present'])
    expect(held(-0)).toEqual(['number', 'present'])
  })

  it('may be a boolean', () => {
    expect(held(true)).toEqual(['boolean', 'present'])
    expect(held(false)).toEqual(['boolean', 'present'])
  })

  it('may be a date, of any realm', async () => {
    const { runInNewContext } = await import('node:vm')
    expect(held(new Date(7))).toContain('date')
    expect(held(runInNewContext('new Date(7)'))).toContain('date')
    expect(held({ [Symbol.toStringTag]: 'Date' })).toEqual([])
  })

  it('may be an object of any class', () => {
    const object = ['object', 'present']
    const cyclic: { b?: unknown } = {}
    cyclic.b = cyclic
    expect(held({})).toEqual(object)
    expect(held(cyclic)).toEqual(object)
    expect(held(new Map([['b', 1]]))).toEqual(object)
    expect(held(new Uint8Array(4))).not.toContain('list')
    expect(held(Object.create(null))).toEqual(object)
    expect(held(new String('x'))).not.toContain('equal')
  })

  it('may be a list', () => {
    expect(held([])).toEqual(['list', 'present', 'size'])
    expect(held(['y', 7])).toEqual(['any', 'list', 'present', 'size'])
    expect(held([['x'], { x: 7 }, null, undefined, Symbol('x'), () => 'x'])).toEqual([
      'list',
      'present',
      'size',
    ])
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    expect(held([, , 'x'])).toEqual(['any', 'list', 'present', 'size'])
    expect(held(new Array(1_024).fill('x'))).toEqual(['any', 'list', 'present', 'size'])
    const cyclic: unknown[] = ['x']
    cyclic.push(cyclic)
    expect(held(cyclic)).toEqual(['any', 'list', 'present', 'size'])
  })

  it('that throws when it is read is absent, and leaves the others', () => {
    const context = {
      get a() {
        return thrower()
      },
      targetingKey: 'u-17',
    }
    expect(onFor(context)).toEqual([])
    expect(flags.value('unit', false, context)).toBe(flags.value('unit', false, { targetingKey: 'u-17' }))
    expect(held(Object.defineProperty([], '0', { get: thrower, enumerable: true }))).not.toContain('any')
  })

  it('is found below objects, not below lists or strings', () => {
    expect(held({ b: { c: 'x' } })).toContain('nested')
    expect(held({ b: [{ c: 'x' }] })).not.toContain('nested')
    expect(held({ b: Object.create({ c: 'x' }) })).not.toContain('nested')
    expect(held('x')).not.toContain('length')
    expect(held([1])).not.toContain('length')
    expect(held({ length: 1 })).toContain('length')
    expect(
      held({
        get b() {
          return thrower()
        },
      }),
    ).toEqual(['object', 'present'])
  })

  it('is an own property, also where its name is one that objects inherit', () => {
    expect(onFor({})).toEqual([])
    expect(onFor({ toString: 1, constructor: 2 })).toEqual(['constructor', 'toString'])
    expect(onFor(JSON.parse('{"__proto__": 1}'))).toEqual(['proto'])
  })

  it('with a lone surrogate counts as one with U+FFFD', () => {
    expect(flags.details('unit', false, { targetingKey: 'a\ud800b' }).flagMetadata.bucket).toBe(
      flags.details('unit', false, { targetingKey: 'a\ufffdb' }).flagMetadata.bucket,
    )
    expect(held('x\udc00')).toEqual(['prefix', 'present', 'text'])
  })
})

describe('large contexts', () => {
  it('grow the heap once and are decided', () => {
    const value = new Array(1_024).fill('x'.repeat(5_000)) as string[]
    expect(held([...value.slice(1), 'x'])).toContain('any')
    expect(held(value)).not.toContain('any')
  })

  it('lose what goes beyond 16 MiB', () => {
    const long = 'y'.repeat(65_000)
    expect(flags.value('any', false, { a: ['x', ...new Array(1_023).fill(long)] })).toBe(true)
    expect(flags.value('any', true, { a: [...new Array(1_023).fill(long), `x${long}`] })).toBe(false)
    expect(held('x')).toContain('equal')
  })

  it('of every length are hashed like their bytes', () => {
    for (let length = 1; length < 130; length++) {
      const [plain, wide] = ['u'.repeat(length), `${'u'.repeat(length - 1)}ü`]
      for (const targetingKey of [plain, wide]) {
        const { flagMetadata } = flags.details('unit', false, { targetingKey })
        const list = flags.details('unit', false, {
          targetingKey: Buffer.from(targetingKey).toString('utf8'),
          a: [plain],
        })
        expect(flagMetadata.bucket).toBe(list.flagMetadata.bucket)
      }
    }
  })
})

describe('a getter that evaluates', () => {
  it('gets defaults, and the evaluation around it goes on', () => {
    const seen: unknown[] = []
    const context = {
      get a() {
        seen.push(flags.details('unrelated', false).errorCode, flags.all({ a: 'y' }))
        return 'x'
      },
    }
    expect(flags.value('equal', false, context)).toBe(true)
    expect(seen).toEqual(['GENERAL', {}])
    expect(flags.value('unrelated', false)).toBe(true)
  })
})

function thrower(): never {
  throw new RangeError('no')
}
