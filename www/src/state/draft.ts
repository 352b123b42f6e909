import { effect, signal } from '@preact/signals'
import type { Diagnostic, SourceFile } from 'tidegate/studio'
import { ask } from '../studio/studio.ts'
import { files, isEdited } from './files.ts'
import { draft, type Held, hold, served } from './held.ts'
import { latest } from './latest.ts'
import { scope } from './place.ts'

/** What lint says about the edited files. */
export const diagnostics = signal<readonly Diagnostic[]>([])

/** Why compiling failed otherwise. */
export const draftProblem = signal<string | undefined>(undefined)

/** How long the last build took, from the change to the verified snapshot, in milliseconds. */
export const buildMs = signal<number | undefined>(undefined)

interface Build {
  readonly scope: string
  readonly diagnostics: readonly Diagnostic[]
  readonly held: Held | undefined
  readonly ms: number
}

/** Compiles what is edited, signs it with a key of this page, and lets a client decide by it. */
export function startDrafts(): void {
  const seed = crypto.getRandomValues(new Uint8Array(32))
  effect(() => {
    if (isEdited.value) return
    draft.value = undefined
    diagnostics.value = []
    draftProblem.value = undefined
  })
  effect(() => {
    // A draft is of one scope; the next one is compiled by what follows.
    if (draft.value && draft.value.info.scope !== scope.value) draft.value = undefined
  })
  latest(
    () => {
      const place = scope.value
      return place && served.value && isEdited.value ? build(place, files.value, seed) : undefined
    },
    (built) => {
      if (!isEdited.peek() || built.scope !== scope.peek()) return
      diagnostics.value = built.diagnostics
      draftProblem.value = undefined
      if (!built.held) return
      draft.value = built.held
      buildMs.value = built.ms
    },
    (error) => {
      draftProblem.value = error.message
    },
  )
}

async function build(scope: string, files: readonly SourceFile[], seed: Uint8Array): Promise<Build> {
  const started = performance.now()
  const [, environment = '', audience] = scope.split('/')
  const issuedAt = Date.now()
  const { frame, trust, diagnostics } = await ask('compile', files, {
    environment,
    audience: audience === 'server' ? 'server' : 'client',
    version: issuedAt,
    issuedAt,
    // The clock of the page may be turned back.
    notBefore: 0,
    seed,
  })
  const held = frame && (await hold(frame, trust, scope))
  return { scope, diagnostics, held, ms: performance.now() - started }
}
