import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pollDelay } from '../src/delivery/polling.js'
import { answering, ok, open, status } from './clients.js'
import { flags, makeFrame, NOW } from './snapshots.js'

const source = 'https://flags.test/shop/'
const first = makeFrame({ flags, version: 1 })
const second = makeFrame({ flags, version: 2 })

describe('the delay until the next poll', () => {
  const state = { jitter: 0, failures: 0, ready: true, retryAfter: 0 }

  function delayFor({ jitter, failures, ready, retryAfter }: typeof state): number {
    return pollDelay(60_000, jitter, failures, ready, retryAfter)
  }

  it('waits for the interval, and twice as long after each failure up to five minutes', () => {
    const delays = [0, 1, 2, 3, 9].map((failures) => delayFor({ ...state, failures }))
    expect(delays).toEqual([60_000, 120_000, 240_000, 300_000, 300_000])
  })

  it('asks again soon while there is nothing to go on with', () => {
    expect(delayFor({ ...state, ready: false, failures: 1 })).toBe(1_000)
  })

  it('leaves a source alone for as long as it asks, up to an hour', () => {
    expect(delayFor({ ...state, retryAfter: 900_000 })).toBe(900_000)
    expect(delayFor({ ...state, retryAfter: 900_000_000 })).toBe(3_600_000)
  })

  it('varies the interval by the jitter', () => {
    const delays = Array.from({ length: 100 }, () => delayFor({ ...state, jitter: 0.1 }))
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(54_000)
    expect(Math.max(...delays)).toBeLessThanOrEqual(66_000)
    expect(new Set(delays).size).toBeGreaterThan(1)
  })
})

describe('a client', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW })
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })
  const polled = (options: object) =>
    open({ source, refresh: { interval: 60_000 }, now: () => Date.now(), ...options })

  it('polls at the interval', async () => {
    const { fetch, requests } = answering(ok(first, { etag: '"1"' }), status(304))
    const client = polled({ fetch })
    await client.ready()
    await vi.advanceTimersByTimeAsync(59_000)
    expect(requests).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(121_000)
    expect(requests).toHaveLength(4)
    client.close()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(requests).toHaveLength(4)
  })

  it('varies the interval by the jitter', async () => {
    for (const [random, delay] of [
      [0, 45_000],
      [0.999, 74_900],
    ] as const) {
      vi.spyOn(Math, 'random').mockReturnValue(random)
      const { fetch, requests } = answering(ok(first))
      const client = polled({ fetch, refresh: { interval: 60_000, jitter: 0.25 } })
      await client.ready()
      await vi.advanceTimersByTimeAsync(delay - 100)
      expect(requests).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(200)
      expect(requests).toHaveLength(2)
      client.close()
    }
  })

  it('asks ever more seldom while that fails, from a second when there is nothing to go on with', async () => {
    const { fetch, requests } = answering(status(500))
    const client = polled({ fetch })
    const starts: number[] = []
    for (let i = 0; i < 700; i++) {
      await vi.advanceTimersByTimeAsync(1_000)
      while (starts.length < requests.length) starts.push(i + 1)
    }
    expect(starts.slice(1).map((at, i) => at - (starts[i] ?? 0))).toEqual(
      [1, 2, 4, 8, 16, 32, 64, 128, 256].map((s, i) => (i === 0 ? 0 : s)),
    )
    client.close()
  })

  it('asks ever more seldom from the interval when there is a snapshot, and as before after a success', async () => {
    const { fetch, requests } = answering(ok(first), status(500), status(500), ok(second), ok(second))
    const client = polled({ fetch })
    await client.ready()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(requests).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(119_000)
    expect(requests).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(requests).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(240_000)
    expect(requests).toHaveLength(4)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(requests).toHaveLength(5)
    client.close()
  })

  it.each(['900', new Date(NOW + 900_000).toUTCString()])(
    'leaves a source alone for as long as it asks: %s',
    async (retryAfter) => {
      const { fetch, requests } = answering(status(429, { 'retry-after': retryAfter }), ok(first))
      const client = polled({ fetch })
      await vi.advanceTimersByTimeAsync(899_000)
      expect(requests).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(2_000)
      expect(requests).toHaveLength(2)
      client.close()
    },
  )

  it('does not poll while the page is hidden', async () => {
    const page = Object.assign(new EventTarget(), { hidden: false })
    vi.stubGlobal('document', page)
    const { fetch, requests } = answering(ok(first))
    const client = polled({ fetch })
    await client.ready()
    page.hidden = true
    await vi.advanceTimersByTimeAsync(600_000)
    expect(requests).toHaveLength(1)
    page.hidden = false
    page.dispatchEvent(new Event('visibilitychange'))
    expect(requests).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(requests).toHaveLength(3)
    client.close()
    vi.unstubAllGlobals()
  })
})
