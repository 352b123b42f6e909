import type { Compilation, CompileOptions, SourceFile, Trace } from 'tidegate/studio'
import type { Context } from '../state/context.ts'

/** The part of an inspected flag that the page shows. */
export interface InspectedFlag {
  readonly variants?: Readonly<Record<string, unknown>>
  readonly offVariant?: string
  readonly unreadable?: true
}

export interface Inspected {
  readonly flags: Readonly<Record<string, InspectedFlag>>
}

/** What the studio is asked, and what it answers. */
export interface StudioCalls {
  compile(files: readonly SourceFile[], options: CompileOptions): Compilation
  inspect(frame: Uint8Array): Inspected
  /** The trace of each flag of `keys`, in their order. */
  explain(
    frame: Uint8Array,
    trust: string,
    keys: readonly string[],
    context: Context,
    nowMs: number,
  ): readonly Trace[]
}

export interface Request<Call extends keyof StudioCalls = keyof StudioCalls> {
  readonly id: number
  readonly call: Call
  readonly args: Parameters<StudioCalls[Call]>
}

export type Response =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
