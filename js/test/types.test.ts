import { describe, expectTypeOf, it } from 'vitest'
import { type Exposure, exposures, ndjson } from '../src/entry/exposures.js'
import { ndjsonFile } from '../src/entry/files.js'
import { createClient } from '../src/entry/node.js'
import type { EvaluationDetails, SnapshotInfo } from '../src/public.js'

/** Checked by tsc, never run. */
function untyped() {
  const flags = createClient({ trust: 'ed25519:…', bootstrap: '' })
  expectTypeOf(flags.value('a', false)).toEqualTypeOf<boolean>()
  expectTypeOf(flags.value('a', 'classic', { targetingKey: 'u-17', country: 'CA' })).toEqualTypeOf<string>()
  expectTypeOf(flags.value('a', 1 as const)).toEqualTypeOf<number>()
  expectTypeOf(flags.value('a', { title: '', tags: [{ id: 1 }] })).toEqualTypeOf<{
    readonly title: string
    readonly tags: readonly { readonly id: number }[]
  }>()
  expectTypeOf(flags.details('a', false)).toEqualTypeOf<EvaluationDetails<boolean>>()
  expectTypeOf(flags.snapshot).toEqualTypeOf<SnapshotInfo | undefined>()
  expectTypeOf(flags.status).toEqualTypeOf<'starting' | 'ready' | 'stale' | 'failed'>()

  const banner = flags.value('banner', { title: '', tags: ['a'] })
  // @ts-expect-error values are read-only
  banner.title = 'changed'
  // @ts-expect-error at every depth
  banner.tags.push('b')
  // @ts-expect-error a default must be given
  flags.value('a')
  // @ts-expect-error and be a value
  flags.value('a', undefined)

  interface User {
    readonly id: string
    readonly plan: { readonly tier: number }
  }
  const user: User = { id: 'u-17', plan: { tier: 1 } }
  flags.value('a', false, user)
  flags.bind(user).value('a', false)
  // @ts-expect-error a context is an object
  flags.value('a', false, 'u-17')
  // @ts-expect-error a binding has its context already
  flags.bind(user).value('a', false, user)
  flags.on('change', (keys) => expectTypeOf(keys).toEqualTypeOf<readonly string[]>())
  // @ts-expect-error there is no such event
  flags.on('changed', () => {})
}

function typed() {
  interface Flags {
    readonly checkout: 'classic' | 'one-page'
    readonly banner: { title: string }
    readonly limit: number
  }
  const flags = createClient<Flags>({ trust: 'ed25519:…', bootstrap: '' })
  expectTypeOf(flags.value('checkout', 'classic')).toEqualTypeOf<'classic' | 'one-page'>()
  expectTypeOf(flags.value('banner', { title: '' })).toEqualTypeOf<{ readonly title: string }>()
  expectTypeOf(flags.bind({}).details('limit', 1)).toEqualTypeOf<EvaluationDetails<number>>()
  expectTypeOf(flags.all().checkout).toEqualTypeOf<'classic' | 'one-page' | undefined>()
  // @ts-expect-error there is no such flag
  flags.value('check-out', 'classic')
  // @ts-expect-error there is no such variant
  flags.value('checkout', 'two-page')
  // @ts-expect-error the flag has another type
  flags.value('limit', 'many')
  // @ts-expect-error what a flag serves is a value
  createClient<{ readonly broken: undefined }>({ trust: '', bootstrap: '' })
}

function measured() {
  const options = { trust: 'ed25519:…', bootstrap: '' }
  createClient({ ...options, onExposure: exposures(ndjsonFile('exposures.ndjson', { interval: 5_000 })) })
  createClient({ ...options, onExposure: exposures(ndjson(console.log), { attributes: ['country'] }) })
  createClient({
    ...options,
    onExposure: exposures(ndjson((body) => fetch('/log', { method: 'POST', body }))),
  })
  exposures((exposure) => {
    expectTypeOf(exposure).toEqualTypeOf<Exposure>()
    expectTypeOf(exposure.arm).toEqualTypeOf<'treatment' | 'control' | undefined>()
  })
  // @ts-expect-error a sink is handed to `exposures`
  createClient({ ...options, onExposure: ndjson(console.log) })
}

describe('the types', () => {
  it('are held against these functions by tsc', () => {
    expectTypeOf(untyped).toBeFunction()
    expectTypeOf(typed).toBeFunction()
    expectTypeOf(measured).toBeFunction()
  })
})
