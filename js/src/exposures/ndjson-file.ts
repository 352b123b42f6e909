import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type NdjsonOptions, type NdjsonSink, ndjson } from './ndjson.js'

/**
 * Appends exposures to a file of this machine, in Node, Deno and Bun, every second unless told otherwise; a new file is for its
 * owner only.
 *
 * The file is opened for each batch, so that it can be moved away at any time, and a batch is one write, so that processes may
 * share a file. Close it before the process is made to exit: what waits is lost then.
 */
export function ndjsonFile(path: string, options: NdjsonOptions = {}): NdjsonSink {
  let before: Promise<unknown> = Promise.resolve()
  return ndjson(append, { interval: 1_000, ...options })

  function append(lines: string): Promise<void> {
    const appending = before.then(() => appendLines(path, lines))
    before = appending.catch(() => {})
    return appending
  }
}

async function appendLines(path: string, lines: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a+', 0o600)
  try {
    const { size } = await file.stat()
    const last = Buffer.alloc(1, '\n')
    if (size > 0) await file.read(last, 0, 1, size - 1)
    // What a crash or a full disk cut short is a line of its own.
    const bytes = Buffer.from(last.toString() === '\n' ? lines : `\n${lines}`)
    const { bytesWritten } = await file.write(bytes)
    if (bytesWritten < bytes.length) throw new Error(`${path} took ${bytesWritten} of ${bytes.length} bytes`)
  } finally {
    await file.close()
  }
}
