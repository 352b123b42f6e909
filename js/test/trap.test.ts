import { afterEach, describe, expect, it, vi } from 'vitest'
import { answering, open, runtimeModule } from './clients.js'
import { makeSigner, payloadOf } from './frames.js'
import { byCountry, makeFrame } from './snapshots.js'

const source = 'https://flags.test/'
const frame = makeFrame({ flags: { 'by-country': byCountry, plain: { default: 'on' } } })
const newer = makeFrame({ flags: { plain: { default: 'on' } }, version: 2 })
const trap = () => {
  throw new WebAssembly.RuntimeError('unreachable')
}

/** A first instance of the runtime that the test can reach. */
function held(overrides: object = {}) {
  const module = runtimeModule()
  const exports = { ...new WebAssembly.Instance(module).exports, ...overrides } as {
    input(length: number): number
    load(now: number): number
    memory: WebAssembly.Memory
  }
  return { exports, compile: () => ({ module, instance: { exports } as unknown as WebAssembly.Instance }) }
}

afterEach(() => void vi.restoreAllMocks())

describe('a trap', () => {
  it('is survived: the instance is rebuilt and the answer is right', async () => {
    const { exports, compile } = held()
    const client = open({ bootstrap: frame }, { compile })
    const bound = client.bind({ country: 'CA' })
    expect(bound.value('by-country', false)).toBe(true)
    const codes: string[] = []
    client.on('error', ({ code }) => codes.push(code))

    // More than the memory can hold: the instance stops midway and never answers again.
    expect(() => exports.input(0xffff_ffff)).toThrow(WebAssembly.RuntimeError)
    expect(bound.value('by-country', false)).toBe(true)
    expect(client.value('by-country', true, { country: 'DE' })).toBe(false)
    expect(client.all({ country: 'US' })).toEqual({ 'by-country': true, plain: true })
    expect(client.status).toBe('ready')
    await Promise.resolve().then(() => Promise.resolve())
    expect(codes).toEqual(['ENGINE_TRAPPED'])
  })

  it('leaves no snapshot when its memory was corrupted: what is replayed is verified again', () => {
    const { exports, compile } = held()
    const client = open({ bootstrap: frame }, { compile })
    const memory = new Uint8Array(exports.memory.buffer)
    const at = Buffer.from(memory.buffer).indexOf('by-country')
    memory[at] = 'B'.charCodeAt(0)
    expect(() => exports.input(0xffff_ffff)).toThrow(WebAssembly.RuntimeError)
    expect(client.details('plain', false)).toMatchObject({ value: false, reason: 'ERROR' })
    expect(client.status).toBe('failed')
  })

  it('happening again quarantines the snapshot, until another one comes', async () => {
    const { compile } = held({ evaluate: trap })
    const { Instance } = WebAssembly
    const rebuilt = vi.spyOn(WebAssembly, 'Instance').mockImplementation(
      class {
        readonly exports: WebAssembly.Exports
        constructor(module: WebAssembly.Module) {
          this.exports = { ...new Instance(module).exports, evaluate: trap }
        }
      },
    )
    const { fetch, requests } = answering(
      () => new Response(frame),
      () => new Response(frame),
      () => new Response(newer),
    )
    const client = open({ source, fetch }, { compile })
    await client.ready()
    const codes: string[] = []
    client.on('error', ({ code }) => codes.push(code))
    expect(client.value('plain', false)).toBe(false)
    expect(client.details('plain', false)).toEqual({
      value: false,
      reason: 'ERROR',
      errorCode: 'GENERAL',
      errorMessage: 'general',
      flagMetadata: {},
    })
    expect(client.all()).toEqual({})
    expect(client.status).toBe('failed')
    const times = rebuilt.mock.calls.length
    for (let i = 0; i < 100; i++) client.value('plain', false)
    expect(rebuilt.mock.calls.length).toBe(times)

    expect(await client.refresh()).toBe(false)
    expect(client.status).toBe('failed')
    expect(requests).toHaveLength(2)
    expect(codes).toEqual(['ENGINE_TRAPPED', 'ENGINE_TRAPPED'])

    rebuilt.mockImplementation(Instance)
    expect(await client.refresh()).toBe(true)
    expect(client.status).toBe('ready')
  })

  it('while loading leaves what is in force', async () => {
    let armed = false
    const { exports, compile } = held()
    const { load } = exports
    exports.load = (now) => (armed ? trap() : load(now))
    const client = open(
      { bootstrap: frame, source, fetch: answering(() => new Response(newer)).fetch },
      { compile },
    )
    armed = true
    const error = new Promise((resolve) => client.on('error', resolve))
    expect(await client.refresh()).toBe(false)
    expect(await error).toMatchObject({ code: 'ENGINE_TRAPPED', cause: expect.any(WebAssembly.RuntimeError) })
    expect(client.snapshot?.version).toBe(1)
    expect(client.value('by-country', false, { country: 'CA' })).toBe(true)
    expect(await client.refresh()).toBe(true)
    expect(client.snapshot?.version).toBe(2)
  })

  it('is not what an exhausted stack is: asking again works', () => {
    const client = open({ bootstrap: frame })
    const deep = (): boolean => {
      try {
        return deep()
      } catch {
        return client.value('plain', false)
      }
    }
    deep()
    expect(client.value('plain', false)).toBe(true)
    expect(client.value('by-country', false, { country: 'CA' })).toBe(true)
  })
})

describe('memory', () => {
  it('stays flat over 100,000 evaluations', () => {
    const { exports, compile } = held()
    const client = open({ bootstrap: frame }, { compile })
    const ask = (from: number, to: number) => {
      for (let i = from; i < to; i++) {
        const context = { targetingKey: `user-${i}`, country: i % 2 ? 'US' : `${i}` }
        client.value('by-country', false, context)
        if (i % 10 === 0) client.details('plain', false, context)
        if (i % 50 === 0) client.bind(context).all()
      }
    }
    ask(0, 1_000)
    const before = exports.memory.buffer.byteLength
    ask(1_000, 101_000)
    expect(exports.memory.buffer.byteLength).toBe(before)
  })

  it('stays flat over 10,000 snapshots, of one size and another', async () => {
    const { trust, sign } = makeSigner()
    const flags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, number) => [`flag-${number}`, byCountry]))
    const payloads = [1, 40].map((count) => payloadOf(makeFrame({ flags: flags(count) })))
    let version = 0
    const fetch = async () => {
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
    expect(exports.memory.buffer.byteLength).toBe(before)
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
