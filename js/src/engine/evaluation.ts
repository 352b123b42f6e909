import type { Flag, Snapshot } from './snapshot.js'

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

/** The exits in the engine's numbering, each followed by its reason; then the arms. */
const exits =
  'static STATIC default DEFAULT target TARGETING_MATCH rule TARGETING_MATCH split SPLIT ring TARGETING_MATCH ' +
  'rollout SPLIT experiment SPLIT holdout SPLIT killed DISABLED disabled DISABLED expired DISABLED ' +
  'prerequisite DISABLED unit-missing ERROR unreadable ERROR treatment control'
let words: readonly string[] | undefined

/** The default, or the details that say why it is the answer. */
export function unanswered(errorCode: EvaluationErrorCode, value: unknown, detailed?: boolean): unknown {
  if (!detailed) return value
  const flagMetadata: FlagMetadata = errorCode === 'PARSE_ERROR' ? { exit: 'unreadable' } : {}
  return { value, reason: 'ERROR', ...failure(errorCode), flagMetadata }
}

/** The details of the engine's last answer. */
export function explain(
  { info, expired, inputs, runtime: { word, float } }: Snapshot,
  { text, values, timed: dependsOnTime, ruleCount }: Flag,
  answer: number,
  value: unknown,
): EvaluationDetails<unknown> {
  const rulesAt = values.length * 2
  const ruleIndex = (answer >>> 15) - 1
  const arm = (answer >> 13) & 3
  const at = (answer >> 7) & 62
  words ??= exits.split(' ')
  const stage = word(1)
  const bucket = word(2)
  const exit = words[at] as Exit
  const { version } = info

  // Whole literals where a unit or a rule decided, which is most often: what is added later is stored apart.
  const flagMetadata: Mutable<FlagMetadata> =
    bucket < 0
      ? { exit, version, dependsOnTime }
      : { exit, version, dependsOnTime, bucket, unitAttribute: inputs[word(3)]?.name as string }
  if (expired) flagMetadata.stale = true
  if (stage >= 0) flagMetadata.stage = text[rulesAt + ruleCount + stage] as string
  if (dependsOnTime && float(4) < Infinity) flagMetadata.nextChangeAt = float(4)

  const variant = text[(answer & 255) * 2] as string
  const reason = words[at + 1] as Reason
  const details: Mutable<EvaluationDetails<unknown>> =
    ruleIndex < 0
      ? { value, variant, reason, flagMetadata }
      : { value, variant, reason, flagMetadata, ruleIndex }
  const rule = ruleIndex >= 0 && text[rulesAt + ruleIndex]
  if (rule) details.rule = rule
  if (arm) details.arm = words[29 + arm] as 'treatment' | 'control'
  return reason === 'ERROR' ? { ...details, ...failure('TARGETING_KEY_MISSING') } : details
}

/** With `flag not found` for `FLAG_NOT_FOUND`. */
function failure(errorCode: EvaluationErrorCode) {
  return { errorCode, errorMessage: errorCode.toLowerCase().replaceAll('_', ' ') }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
