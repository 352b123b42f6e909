import { cancel, within } from '../timer.js'
import type { Exposure } from './exposure.js'
import type { ExposureSink } from './exposures.js'

/** Writes lines somewhere. Rejecting, throwing and a `Response` that is not `ok` mean that they have to be written again. */
export type WriteLines = (lines: string) => unknown

export interface NdjsonOptions {
  /** Milliseconds after which lines are written by themselves; unless given, only `flush` writes, as it must be on Workers. */
  readonly interval?: number
  /** How many characters may wait or be under way, 1,048,576 unless given. What comes beyond that is left out, and told. */
  readonly limit?: number
  /** Milliseconds that writing may take; 10,000 unless given. */
  readonly timeout?: number
  /** Gets what goes wrong; `console.error` unless given. */
  readonly onError?: (error: unknown) => void
}

/** Collects exposures as lines of JSON and writes many at a time. */
export interface NdjsonSink extends ExposureSink {
  write(exposure: Exposure): boolean
  /** Writes what waits. Never rejects: what could not be written waits for the next time. */
  flush(): Promise<void>
  /** Writes what waits, and takes no more. */
  close(): Promise<void>
}

/** Lines under way. */
interface Batch {
  readonly lines: string
  /** The epoch millisecond at which that began. */
  readonly since: number
  done: Promise<void>
}

/** So many characters are written without waiting for the interval. */
const BATCH = 65_536

/** Hands lines to a function that sends them: to `fetch`, to a queue, or to `console.log`. */
export function ndjson(
  send: WriteLines,
  { interval, limit = 1_048_576, timeout = 10_000, onError = console.error }: NdjsonOptions = {},
): NdjsonSink {
  let waiting: string[] = []
  /** How many characters wait. */
  let length = 0
  const batches = new Set<Batch>()
  let leftOut = 0
  let timer: unknown
  let closed = false
  return { write, flush, close }

  function write(exposure: Exposure): boolean {
    const line = `${JSON.stringify(exposure)}\n`
    if (closed || length + underWay() + line.length > limit) {
      leftOut++
      return false
    }
    waiting.push(line)
    length += line.length
    if (interval !== undefined) {
      // A process stays for what is not written yet.
      timer ??= setTimeout(flush, interval)
      if (length >= BATCH && batches.size === 0) flush()
    }
    return true
  }

  async function flush(): Promise<void> {
    cancel(timer)
    timer = undefined
    if (leftOut > 0) report(new Error(`${leftOut} exposures left out: ${limit} characters waited already`))
    leftOut = 0
    if (waiting.length === 0) return
    const lines = waiting.join('')
    waiting = []
    length = 0
    const batch: Batch = { lines, since: Date.now(), done: Promise.resolve() }
    batches.add(batch)
    batch.done = sendBatch(batch)
    await batch.done
  }

  async function sendBatch(batch: Batch): Promise<void> {
    try {
      const sent = await within(timeout, Promise.resolve(batch.lines).then(send))
      if ((sent as Partial<Response> | undefined)?.ok === false)
        throw new Error(`exposures refused with status ${(sent as Response).status}`)
    } catch (error) {
      if (batches.has(batch)) {
        waiting.unshift(batch.lines)
        length += batch.lines.length
        if (interval !== undefined && !closed) timer ??= setTimeout(flush, interval)
      }
      report(error)
    }
    batches.delete(batch)
  }

  async function close(): Promise<void> {
    closed = true
    await Promise.all([flush(), ...[...batches].map(({ done }) => done)])
  }

  /** Characters under way, less those of which nothing was heard for long: on Workers, what a request began may end with it. */
  function underWay(): number {
    let sum = 0
    for (const batch of batches) {
      if (Date.now() - batch.since > timeout * 2) batches.delete(batch)
      else sum += batch.lines.length
    }
    return sum
  }

  function report(error: unknown): void {
    try {
      onError(error)
    } catch {
      // There is nobody else to tell.
    }
  }
}
