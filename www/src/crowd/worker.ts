import { type Binding, type Client, createClient, type EvaluationDetails } from 'tidegate'
import { crowdOf } from './generate.ts'
import type { Report, Run, Signed } from './messages.ts'
import { count, emptyTally } from './tally.ts'

/** Milliseconds between reports. */
const REPORT_EVERY = 100

addEventListener('message', ({ data }: MessageEvent<Run>) => {
  run(data).catch((error: unknown) =>
    report({ error: error instanceof Error ? error.message : String(error) }),
  )
})

async function run({ current, served, keys, spec, seed, users, nowMs }: Run): Promise<void> {
  const started = performance.now()
  const client = await open(current, nowMs)
  const before = served && (await open(served, nowMs))
  const userAt = crowdOf(spec, seed)
  const flags = keys.map((key) => ({ ask: askerOf(client, key), tally: emptyTally(key) }))
  const tallies = flags.map(({ tally }) => tally)
  let reported = started
  for (let user = 0; user < users; user++) {
    const context = userAt(user)
    const binding = client.bind(context)
    const earlier = before?.bind(context)
    for (const { ask, tally } of flags) {
      const details = ask(binding)
      count(tally, details, context)
      if (earlier && ask(earlier).variant !== details.variant) tally.moved++
    }
    if (performance.now() - reported < REPORT_EVERY) continue
    reported = performance.now()
    report({ done: user + 1, ms: reported - started, tallies })
  }
  report({ done: users, ms: performance.now() - started, tallies })
}

async function open({ frame, trust }: Signed, nowMs: number): Promise<Client> {
  const client = createClient({
    bootstrap: frame,
    trust,
    allowDevKeys: true,
    refresh: false,
    now: () => nowMs,
  })
  await client.ready()
  return client
}

/** Asks for a flag with a default of its own type. */
function askerOf(client: Client, key: string): (binding: Binding) => EvaluationDetails<unknown> {
  const typed = (client.all({})[key] ?? '') as string
  return (binding) => binding.details(key, typed)
}

function report(progress: Report): void {
  postMessage(progress)
}
