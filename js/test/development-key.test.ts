import { describe, expect, it } from 'vitest'
import { answering, open } from './clients.js'
import { makeFrame, makeKey } from './snapshots.js'

describe('a development key', () => {
  const key = makeKey({ development: true })
  const frame = makeFrame({ flags: { plain: { default: 'on' } }, key })
  const fetch = async () => new Response(frame)

  it.each(['http://localhost:4700/', 'http://127.0.0.1/', 'http://127.8.9.1/', 'http://[::1]:80/'])(
    'is taken from %s',
    async (source) => {
      const client = open({ source, fetch, trust: key.trust })
      await client.ready()
      expect(client.value('plain', false)).toBe(true)
    },
  )

  it.each([
    'https://flags.test/',
    'http://127.evil.test/',
    'http://localhost.evil.test/',
    'http://128.0.0.1/',
    'http://[::2]/',
  ])('is refused from %s, without asking', async (source) => {
    const { fetch, requests } = answering(() => new Response(frame))
    const client = open({ source, fetch, trust: key.trust, bootstrap: frame })
    await expect(client.ready()).rejects.toMatchObject({ code: 'DEVELOPMENT_KEY_REFUSED' })
    expect(requests).toEqual([])
    expect(client.value('plain', false)).toBe(false)
  })

  it('is refused for a bootstrap alone, and taken from anywhere where it is allowed', async () => {
    const options = { bootstrap: frame, trust: key.trust }
    await expect(open(options).ready()).rejects.toMatchObject({ code: 'DEVELOPMENT_KEY_REFUSED' })
    expect(open({ ...options, allowDevKeys: true }).value('plain', false)).toBe(true)
  })

  it('does not pass for another', async () => {
    await expect(
      open({ bootstrap: frame, trust: key.trust.replace('-dev', '') }).ready(),
    ).rejects.toMatchObject({
      code: 'PAYLOAD_TYPE_UNEXPECTED',
    })
  })
})
