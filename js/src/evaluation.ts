import type { Flag, Snapshot } from './snapshot.js'
import { parseValue } from './values.js'

/** Why an answer is what it is; OpenFeature's words. */
export type Reason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED' | 'ERROR'

/** What went wrong with one evaluation; OpenFeature's words. */
export type EvaluationErrorCode =
  | 'PROVIDER_NOT_READY'
  | 'FLAG_NOT_FOUND'
  | 'TYPE_MISMATCH'
  | 'PARSE_ERROR'
  | 'TARGETING_KEY_MISSING'
  | 'GENERAL'

/** The way by which the engine left the flag. */
export type Exit =
  | 'static'
  | 'default'
  | 'target'
  | 'rule'
  | 'split'
  | 'ring'
  | 'rollout'
  | 'experiment'
  | 'holdout'
  | 'killed'
  | 'disabled'
  | 'expired'
  | 'prerequisite'
  | 'unit-missing'
  | 'unreadable'

/** An answer with its explanation. */
export interface EvaluationDetails<T> {
  readonly value: T
  /** The name of the variant; absent when `value` is the caller's default. */
  readonly variant?: string
  readonly reason: Reason
  /** The name of the rule that decided, when it has one. */
  readonly rule?: string
  /** The position of the rule that decided, from 0. */
  readonly ruleIndex?: number
  /** The side of the rollout or experiment that the unit is on. */
  readonly arm?: 'treatment' | 'control'
  readonly errorCode?: EvaluationErrorCode
  readonly errorMessage?: string
  readonly flagMetadata: FlagMetadata
}

/** What else is known about an evaluation. Empty when no snapshot answered. */
export interface FlagMetadata {
  readonly exit?: Exit
  /** The version of the snapshot that answered. */
  readonly version?: number
  /** The answer can change without a new snapshot, because of a ramp, a window or an end. */
  readonly dependsOnTime?: boolean
  /** When a time-dependent answer next changes, in epoch milliseconds. */
  readonly nextChangeAt?: number
  /** The stage of the rollout that decided. */
  readonly stage?: string
  /** The slot of the unit, 0 to 99,999. */
  readonly bucket?: number
  /** The path of the attribute that was hashed. */
  readonly unitAttribute?: string
  /** The snapshot has expired and no newer one came. */
  readonly stale?: true
}

/** The exits in the engine's numbering, with the reason of each. */
const exits: readonly (readonly [Exit, Reason])[] = [
  ['static', 'STATIC'],
  ['default', 'DEFAULT'],
  ['target', 'TARGETING_MATCH'],
  ['rule', 'TARGETING_MATCH'],
  ['split', 'SPLIT'],
  ['ring', 'TARGETING_MATCH'],
  ['rollout', 'SPLIT'],
  ['experiment', 'SPLIT'],
  ['holdout', 'SPLIT'],
  ['killed', 'DISABLED'],
  ['disabled', 'DISABLED'],
  ['expired', 'DISABLED'],
  ['prerequisite', 'DISABLED'],
  ['unit-missing', 'ERROR'],
  ['unreadable', 'ERROR'],
]

const messages: Record<EvaluationErrorCode, string> = {
  PROVIDER_NOT_READY: 'no snapshot is in force',
  FLAG_NOT_FOUND: 'the snapshot has no such flag',
  TYPE_MISMATCH: 'the flag has values of another type',
  PARSE_ERROR: 'this version cannot read the flag',
  TARGETING_KEY_MISSING: 'the context lacks the unit',
  GENERAL: 'the engine failed',
}

const arms = [undefined, 'treatment', 'control'] as const

/** The value of the variant in a packed answer, parsed and frozen at its first use. Undefined for none. */
export function variantValue(flag: Flag, packed: number): unknown {
  const variant = packed & 255
  const value = flag.values[variant]
  if (value !== undefined || variant >= flag.json.length) return value
  flag.values[variant] = parseValue(flag.json[variant] as string)
  return flag.values[variant]
}

/** The default, and why it is the answer. */
export function failure(errorCode: EvaluationErrorCode, value: unknown): EvaluationDetails<unknown> {
  return { value, reason: 'ERROR', errorCode, errorMessage: messages[errorCode], flagMetadata: {} }
}

/** The details of the engine's last answer. */
export function explain(
  snapshot: Snapshot,
  flag: Flag,
  packed: number,
  value: unknown,
  stale: boolean,
): EvaluationDetails<unknown> {
  const [exit, reason] = exits[(packed >> 8) & 31] as (typeof exits)[number]
  const { stage, bucket, attribute, nextChangeAt } = snapshot.trace()
  const ruleIndex = (packed >>> 15) - 1
  const arm = arms[(packed >> 13) & 3]
  const flagMetadata: Mutable<FlagMetadata> = {
    exit,
    version: snapshot.info.version,
    dependsOnTime: flag.dependsOnTime,
  }
  if (stale) flagMetadata.stale = true
  if (nextChangeAt < Infinity) flagMetadata.nextChangeAt = nextChangeAt
  if (stage >= 0) flagMetadata.stage = flag.stages[stage] as string
  if (bucket >= 0) flagMetadata.bucket = bucket
  if (attribute >= 0) flagMetadata.unitAttribute = snapshot.attributes[attribute] as string

  const details: Mutable<EvaluationDetails<unknown>> = { value, reason, flagMetadata }
  const variant = flag.variants[packed & 255]
  if (variant !== undefined) details.variant = variant
  if (ruleIndex >= 0) {
    details.ruleIndex = ruleIndex
    if (flag.rules[ruleIndex]) details.rule = flag.rules[ruleIndex]
  }
  if (arm) details.arm = arm
  if (exit === 'unit-missing') {
    details.errorCode = 'TARGETING_KEY_MISSING'
    details.errorMessage = messages.TARGETING_KEY_MISSING
  }
  return details
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
