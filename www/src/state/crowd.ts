import { computed, effect, signal } from '@preact/signals'
import { type Expectation, expectedOf, isSpread, weightsOf } from '../crowd/expected.ts'
import type { Progress, Report, Run, Signed } from '../crowd/messages.ts'
import { parseSpec, shopCrowd } from '../crowd/spec.ts'
import type { Tally } from '../crowd/tally.ts'
import { ask } from '../studio/studio.ts'
import { now } from './clock.ts'
import { draft, type Held, held, served } from './held.ts'
import { selected } from './selection.ts'

export const crowdSizes = [100, 1_000, 10_000, 100_000] as const

export const crowdSize = signal<number>(1_000)
export const crowdSeed = signal('tide')
export const crowdText = signal(writeSpec())
export const crowdOfAll = signal(false)

/** How far the run is; undefined before the first. */
export const progress = signal<
  (Progress & { readonly users: number; readonly compared: boolean }) | undefined
>(undefined)
export const crowdProblem = signal<string | undefined>(undefined)

export const isRunning = computed(() => {
  const run = progress.value
  return run !== undefined && run.done < run.users
})

/** The expected number of users of each variant, by flag; filled in after a run. */
export const expectations = signal<Readonly<Record<string, Readonly<Record<string, Expectation>>>>>({})

let worker: Worker | undefined

export function runCrowd(): void {
  const current = held.peek()
  const key = selected.peek()
  if (!current) return
  try {
    const run: Run = {
      current: signed(current),
      served: draft.peek() && served.peek() ? signed(served.peek() as Held) : undefined,
      keys: crowdOfAll.peek() ? current.keys : current.keys.filter((candidate) => candidate === key),
      spec: parseSpec(crowdText.peek()),
      seed: crowdSeed.peek(),
      users: crowdSize.peek(),
      nowMs: now.peek(),
    }
    crowdProblem.value = undefined
    begin(run)
  } catch (error) {
    crowdProblem.value = error instanceof Error ? error.message : String(error)
  }
}

export function stopCrowd(): void {
  worker?.terminate()
  worker = undefined
  progress.value = undefined
}

export function resetSpec(): void {
  crowdText.value = writeSpec()
}

/** Once there were shares, they follow the snapshot, the flag and the crowd. */
export function startCrowd(): void {
  effect(() => {
    void [held.value, selected.value, crowdSize.value, crowdSeed.value, crowdText.value, crowdOfAll.value]
    if (progress.peek() !== undefined) runCrowd()
  })
}

function begin(run: Run): void {
  worker?.terminate()
  const started = new Worker(new URL('../crowd/worker.ts', import.meta.url), {
    type: 'module',
    name: 'crowd',
  })
  worker = started
  const compared = run.served !== undefined
  expectations.value = {}
  progress.value = { done: 0, ms: 0, tallies: progress.peek()?.tallies ?? [], users: run.users, compared }
  started.addEventListener('message', ({ data }: MessageEvent<Report>) => {
    if ('error' in data) return fail(data.error)
    progress.value = { ...data, users: run.users, compared }
    if (data.done < run.users) return
    started.terminate()
    void expect(run, data.tallies)
  })
  started.addEventListener('error', (event) => fail(event.message || 'the worker did not load'))
  started.postMessage(run)
}

function fail(message: string): void {
  stopCrowd()
  crowdProblem.value = message
}

/** Explains one user of each group to learn the weights that it was spread by. */
async function expect({ current, nowMs }: Run, tallies: readonly Tally[]): Promise<void> {
  const found = await Promise.all(
    tallies.map(async (tally) => {
      const spread = Object.entries(tally.groups).filter(([, group]) => isSpread(group))
      const weights = await Promise.all(
        spread.map(async ([name, { sample }]) => {
          const [trace] = await ask('explain', current.frame, current.trust, [tally.key], sample, nowMs)
          return [name, trace ? weightsOf(trace) : {}] as const
        }),
      )
      return [tally.key, expectedOf(tally, Object.fromEntries(weights))] as const
    }),
  )
  if (tallies === progress.peek()?.tallies) expectations.value = Object.fromEntries(found)
}

function signed({ frame, trust }: Held): Signed {
  return { frame, trust }
}

function writeSpec(): string {
  const lines = Object.entries(shopCrowd).map(([path, field]) => `  "${path}": ${JSON.stringify(field)}`)
  return `{\n${lines.join(',\n')}\n}`
}
