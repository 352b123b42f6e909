import type { Attribute, PackedContext } from './context.js'
import type { Runtime } from './runtime.js'

/** The headers of a snapshot. Times are epoch milliseconds; `expires` is the newest head's where that is sooner. */
export interface SnapshotInfo {
  /** `project/environment/audience`. */
  readonly scope: string
  readonly version: number
  readonly issuedAt: number
  readonly notBefore: number
  readonly expires: number
}

/** What loading told about a flag. */
export interface Flag {
  /** The type of its values; undefined when the record cannot be read. */
  readonly kind: 'boolean' | 'string' | 'number' | 'object' | undefined
  readonly timed: boolean
  /** The attributes that the flag reads. */
  readonly inputs: readonly Attribute[]
  /** The values of the variants, frozen; undefined for one that is not of the type. */
  readonly values: readonly unknown[]
  /** Each variant's name and its value as JSON, then names of rules, empty for those without, then of stages. */
  readonly text: readonly string[]
  readonly ruleCount: number
}

/** The snapshot in force, as its instance of the engine holds it. What it is asked may throw only as the engine does. */
export interface Snapshot {
  readonly info: SnapshotInfo
  /** It has expired. */
  expired: boolean
  /** The keys of all flags. */
  readonly keys: readonly string[]
  /** A number that differs when the flag says something else. */
  fingerprint(key: string): number | undefined
  /** The value of a flag, or its details; for `packed` if given, else for `context`. */
  one(
    key: string,
    defaultValue: unknown,
    context: unknown,
    packed: PackedContext | undefined,
    detailed?: boolean,
  ): unknown
  /** The values of all flags that can be read, by key. */
  all(context: unknown, packed: PackedContext | undefined): Record<string, unknown>
  readonly inputs: readonly Attribute[]
  readonly runtime: Runtime
}
