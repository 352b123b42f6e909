import { afterEach, describe, expect, it, vi } from 'vitest'
import { answering, codesOf, held, open } from './clients.js'
import { byCountry, makeFrame, NOW } from './snapshots.js'

const source = 'https://flags.test/'
const frame = makeFrame({ flags: { 'by-country': byCountry, plain: { default: 'on' } } })
const newer = makeFrame({ flags: { plain: { default: 'on' } }, version: 2 })
const trap = () => {
  throw new WebAssembly.RuntimeError('unreachable')
}

afterEach(() => void vi.restoreAllMocks())

describe('a trap', () => {
  it('is survived: the instance is rebuilt and the answer is right', async () => {
    const { exports, compile } = held()
    const client = open({ bootstrap: frame }, { compile })
    const bound = client.bind({ country: 'CA' })
    expect(bound.value('by-country', false)).toBe(true)
    const codes = codesOf(client)

    // More than the memory can hold: the instance stops midway and never answers again.
    expect(() => exports.input(0xffff_ffff)).toThrow(WebAssembly.RuntimeError)
    expect(bound.value('by-country', false)).toBe(true)
    expect(client.value('by-country', true, { country: 'DE' })).toBe(false)
    expect(client.all({ country: 'US' })).toEqual({ 'by-country': true, plain: true })
    expect(client.status).toBe('ready')
    await Promise.resolve().then(() => Promise.resolve())
    expect(codes).toEqual(['ENGINE_TRAPPED'])
  })

  it('leaves what had expired stale', () => {
    const { exports, compile } = held()
    const client = open({ bootstrap: frame, now: () => NOW + 31 * 86_400_000 }, { compile })
    expect(client.details('plain', false).flagMetadata.stale).toBe(true)
    expect(() => exports.input(0xffff_ffff)).toThrow(WebAssembly.RuntimeError)
    expect(client.details('plain', false)).toMatchObject({ value: true, flagMetadata: { stale: true } })
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
    const codes = codesOf(client)
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
