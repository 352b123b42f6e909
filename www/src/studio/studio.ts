import type { Request, Response, StudioCalls } from './messages.ts'

let worker: Worker | undefined
let last = 0
const waiting = new Map<number, { resolve(result: never): void; reject(error: Error): void }>()

/** Asks the studio, which is loaded in a worker at its first use. */
export function ask<Call extends keyof StudioCalls>(
  call: Call,
  ...args: Parameters<StudioCalls[Call]>
): Promise<ReturnType<StudioCalls[Call]>> {
  worker ??= open()
  const id = ++last
  const request: Request<Call> = { id, call, args }
  worker.postMessage(request)
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
}

function open(): Worker {
  const opened = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'studio' })
  opened.addEventListener('message', ({ data }: MessageEvent<Response>) => {
    const asker = waiting.get(data.id)
    waiting.delete(data.id)
    if ('error' in data) asker?.reject(new Error(data.error))
    else asker?.resolve(data.result as never)
  })
  opened.addEventListener('error', (event) => {
    for (const { reject } of waiting.values()) reject(new Error(event.message || 'the studio did not load'))
    waiting.clear()
  })
  return opened
}
