import { openStudio } from 'tidegate/studio'
import type { Request, Response, StudioCalls } from './messages.ts'

const opened = openStudio().then(
  (studio): StudioCalls => ({
    compile: studio.compile,
    inspect: (frame) => studio.inspect(frame) as unknown as ReturnType<StudioCalls['inspect']>,
    explain: (frame, trust, keys, context, nowMs) =>
      keys.map((key) => studio.explain(frame, trust, key, context, nowMs).trace),
  }),
)

addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  const { id, call, args } = data
  try {
    const ask = (await opened)[call] as (...args: unknown[]) => unknown
    postMessage({ id, result: ask(...args) } satisfies Response)
  } catch (error) {
    postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies Response)
  }
})
