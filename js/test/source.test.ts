import { expect, it } from 'vitest'
import type { ClientOptions } from '../src/public.js'
import { openSource } from '../src/source.js'
import { answering } from './clients.js'

it('gives a delay that the source asks for once, not for ever', async () => {
  const known = { headers: { etag: '"1"' } }
  const busy = { status: 503, headers: { 'retry-after': '900' } }
  const { fetch } = answering(
    () => new Response('', known),
    () => new Response(null, busy),
    () => new Response(null, { status: 304 }),
    () => new Response(null, busy),
    () => Promise.reject(new Error('offline')),
  )
  const options = { source: 'https://flags.test/', trust: '', fetch } as unknown as ClientOptions
  const source = openSource(options, undefined)
  const { signal } = new AbortController()
  const pulled = await source?.pull(signal, false)
  pulled?.accept()
  await expect(source?.pull(signal, true)).rejects.toThrow('status 503')
  expect(source?.retryAfter).toBe(900_000)
  expect(await source?.pull(signal, true)).toBeUndefined()
  expect(source?.retryAfter).toBe(0)
  await expect(source?.pull(signal, true)).rejects.toThrow('status 503')
  await expect(source?.pull(signal, true)).rejects.toThrow('offline')
  expect(source?.retryAfter).toBe(0)
})
