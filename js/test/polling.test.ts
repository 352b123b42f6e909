import { expect, it } from 'vitest'
import { pollDelay } from '../src/delivery/polling.js'

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
