import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Exposure, ndjson } from '../src/entry/exposures.js'
import { ndjsonFile } from '../src/entry/files.js'

const exposure = (unit: string): Exposure => ({
  time: '2026-11-21T12:00:00.000Z',
  flag: 'checkout',
  variant: 'one-page',
  unit,
  version: 1,
})
const line = (unit: string) => `${JSON.stringify(exposure(unit))}\n`

describe('ndjson', () => {
  it('sends what waits, in one piece, when it is flushed', async () => {
    const send = vi.fn()
    const sink = ndjson(send)
    await sink.flush()
    expect(send).not.toHaveBeenCalled()
    for (const unit of ['a', 'b']) expect(sink.write(exposure(unit))).toBe(true)
    expect(send).not.toHaveBeenCalled()
    await sink.flush()
    await sink.flush()
    expect(send.mock.calls).toEqual([[line('a') + line('b')]])
  })

  it('lets no flush wait for another one', async () => {
    const sends: (() => void)[] = []
    const sink = ndjson(() => new Promise<void>((resolve) => sends.push(resolve)))
    sink.write(exposure('a'))
    const first = sink.flush()
    sink.write(exposure('b'))
    const second = sink.flush()
    await vi.waitFor(() => expect(sends).toHaveLength(2))
    sends[1]?.()
    await second
    sends[0]?.()
    await first
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('down')), 'down'],
    [
      'throws',
      () => {
        throw new Error('down')
      },
      'down',
    ],
    [
      'is answered with a failure',
      async () => new Response('', { status: 503 }),
      'exposures refused with status 503',
    ],
    ['hangs', () => new Promise(() => {}), 'TIMEOUT'],
  ])('keeps lines for the next time when sending %s', async (_, fails, told) => {
    const onError = vi.fn()
    const send = vi.fn<(lines: string) => unknown>().mockImplementationOnce(fails)
    const sink = ndjson(send, { onError, timeout: 20 })
    sink.write(exposure('a'))
    await sink.flush()
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: told }))
    sink.write(exposure('b'))
    await sink.flush()
    expect(send.mock.lastCall).toEqual([line('a') + line('b')])
    expect(onError).toHaveBeenCalledOnce()
  })

  it('takes no more than its limit, under way or waiting, and tells how many were left out', async () => {
    const onError = vi.fn()
    let finish: (() => void) | undefined
    const finished = async () => {
      await vi.waitFor(() => expect(finish).toBeDefined())
      finish?.()
      finish = undefined
    }
    const sink = ndjson(() => new Promise<void>((resolve) => (finish = resolve)), {
      onError,
      limit: line('a').length * 2,
    })
    expect(sink.write(exposure('a'))).toBe(true)
    const flushed = sink.flush()
    expect(sink.write(exposure('b'))).toBe(true)
    expect(sink.write(exposure('c'))).toBe(false)
    expect(sink.write(exposure('d'))).toBe(false)
    await finished()
    await flushed
    expect(sink.write(exposure('c'))).toBe(true)
    const again = sink.flush()
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ message: expect.stringMatching(/^2 exposures left out/) }),
    )
    await finished()
    await again
  })

  it('has room again when nothing was heard of what was under way', () => {
    vi.useFakeTimers()
    try {
      const sink = ndjson(() => new Promise(() => {}), {
        limit: line('a').length,
        timeout: 1_000,
        onError() {},
      })
      sink.write(exposure('a'))
      sink.flush()
      expect(sink.write(exposure('b'))).toBe(false)
      // As on Workers, where the timers of a request end with it.
      vi.clearAllTimers()
      vi.setSystemTime(Date.now() + 3_000)
      expect(sink.write(exposure('b'))).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  it('sends by itself after an interval, and at once what is much', async () => {
    vi.useFakeTimers()
    try {
      const send = vi.fn()
      const sink = ndjson(send, { interval: 1_000 })
      sink.write(exposure('a'))
      sink.write(exposure('b'))
      await vi.advanceTimersByTimeAsync(999)
      expect(send).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(1)
      expect(send.mock.calls).toEqual([[line('a') + line('b')]])
      await vi.advanceTimersByTimeAsync(5_000)
      expect(send).toHaveBeenCalledOnce()
      for (let i = 0; i < 2_000; i++) sink.write(exposure('many'))
      await vi.advanceTimersByTimeAsync(0)
      expect(send.mock.calls.length).toBeGreaterThan(1)
    } finally {
      vi.useRealTimers()
    }
  })

  it('sends the rest when it is closed, and takes no more', async () => {
    const sent: string[] = []
    const sink = ndjson(async (lines) => void sent.push(lines), { interval: 60_000 })
    sink.write(exposure('a'))
    const flushing = sink.flush()
    sink.write(exposure('b'))
    await sink.close()
    expect(sent).toEqual([line('a'), line('b')])
    expect(sink.write(exposure('c'))).toBe(false)
    await flushing
  })
})

describe('ndjsonFile', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-exposures-'))
    file = join(folder, 'logs', 'exposures.ndjson')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('appends, in a folder that it makes, for the owner only', async () => {
    for (const unit of ['a', 'b']) {
      const sink = ndjsonFile(file)
      sink.write(exposure(unit))
      await sink.close()
    }
    expect(readFileSync(file, 'utf8')).toBe(line('a') + line('b'))
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('begins a line of its own behind one that was cut short', async () => {
    writeFileSync(join(folder, 'torn'), `${line('a')}{"time":"2026`)
    const sink = ndjsonFile(join(folder, 'torn'))
    sink.write(exposure('b'))
    await sink.close()
    expect(readFileSync(join(folder, 'torn'), 'utf8').split('\n')[2]).toBe(line('b').trim())
  })

  it('goes on in a new file when the old one was moved away', async () => {
    const sink = ndjsonFile(file)
    sink.write(exposure('a'))
    await sink.flush()
    renameSync(file, `${file}.1`)
    sink.write(exposure('b'))
    await sink.close()
    expect(readFileSync(`${file}.1`, 'utf8')).toBe(line('a'))
    expect(readFileSync(file, 'utf8')).toBe(line('b'))
  })

  it('reports what it cannot write, and writes it when it can', async () => {
    const onError = vi.fn()
    writeFileSync(join(folder, 'logs'), 'a file, where a folder should be')
    const sink = ndjsonFile(file, { onError, interval: 10 })
    expect(sink.write(exposure('a'))).toBe(true)
    await sink.flush()
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: expect.stringMatching(/^E/) }))
    rmSync(join(folder, 'logs'))
    await vi.waitFor(() => expect(existsSync(file)).toBe(true))
    await sink.close()
    expect(readFileSync(file, 'utf8')).toBe(line('a'))
    chmodSync(file, 0o600)
  })

  it('writes all of many exposures, each once, in order', async () => {
    const sink = ndjsonFile(file, { interval: 1 })
    for (let i = 0; i < 20_000; i++) {
      while (!sink.write(exposure(`u-${i}`))) await sink.flush()
      if (i % 1_000 === 0) await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await sink.close()
    const units = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((text) => (JSON.parse(text) as Exposure).unit)
    expect(units).toEqual(Array.from({ length: 20_000 }, (_, i) => `u-${i}`))
  })
})
