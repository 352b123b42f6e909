import type { Spec } from './spec.ts'
import type { Tally } from './tally.ts'

/** A signed snapshot and who signed it. */
export interface Signed {
  readonly frame: Uint8Array<ArrayBuffer>
  readonly trust: string
}

export interface Run {
  readonly current: Signed
  /** What is served, where `current` is an edit of it. */
  readonly served: Signed | undefined
  readonly keys: readonly string[]
  readonly spec: Spec
  readonly seed: string
  readonly users: number
  readonly nowMs: number
}

export interface Progress {
  readonly done: number
  /** Milliseconds since the run began, loading included. */
  readonly ms: number
  readonly tallies: readonly Tally[]
}

export type Report = Progress | { readonly error: string }
