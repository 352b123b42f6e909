import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { answering, codesOf, hanging, ok, open, runtimeFile } from './clients.js'
import { flags, makeFrame, NOW } from './snapshots.js'

const source = 'https://flags.test/shop/'
const first = makeFrame({ flags })
const damaged = first.with(first.length - 1, 1 ^ (first.at(-1) ?? 0))

afterEach(() => void vi.useRealTimers())

describe('a bootstrap', () => {
  it('is in force at once, as bytes, a buffer or base64', () => {
    for (const bootstrap of [
      first,
      first.buffer,
      Buffer.from(first),
      Buffer.from(first).toString('base64'),
    ]) {
      const client = open({ bootstrap })
      expect(client.status).toBe('ready')
      expect(client.value('plain', false)).toBe(true)
    }
  })

  it.each<[string, Uint8Array | string, string]>([
    ['no base64', '?', 'BOOTSTRAP_INVALID'],
    ['no frame', new Uint8Array(200), 'FRAME_MALFORMED'],
    ['altered', damaged, 'SIGNATURE_INVALID'],
  ])('that is %s is refused, and the source is asked', async (_, bootstrap, code) => {
    await expect(open({ bootstrap }).ready()).rejects.toMatchObject({ code })
    const client = open({ bootstrap, source, fetch: answering(ok(first)).fetch })
    const codes = codesOf(client)
    await client.ready()
    expect(codes).toEqual([code])
    expect(client.value('plain', false)).toBe(true)
  })

  it('makes a client ready while the source is silent, where compiling takes its time', async () => {
    const compile = async () => WebAssembly.compile(await readFile(runtimeFile))
    const client = open({ bootstrap: first, source, fetch: hanging }, { compile })
    expect(client.status).toBe('starting')
    await client.ready({ timeout: 5_000 })
    expect(client.value('plain', false)).toBe(true)
    client.close()
  })

  it('goes stale when it expires, and goes on serving', async () => {
    vi.useFakeTimers({ now: NOW })
    const short = makeFrame({ flags, expires: NOW + 10_000 })
    const client = open({ bootstrap: short, now: () => Date.now() })
    const statuses: string[] = []
    client.on('status', (status) => statuses.push(status))
    await vi.advanceTimersByTimeAsync(9_999)
    expect(client.details('plain', false).flagMetadata).not.toHaveProperty('stale')
    await vi.advanceTimersByTimeAsync(1)
    expect(client.details('plain', false)).toMatchObject({ value: true, flagMetadata: { stale: true } })
    expect(statuses).toEqual(['ready', 'stale'])
    expect(client.status).toBe('stale')
  })
})
