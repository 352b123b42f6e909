export type { EvaluationContext } from './context.js'
export { TidegateError, type TidegateErrorCode } from './error.js'
export type { EvaluationDetails, EvaluationErrorCode, Exit, FlagMetadata, Reason } from './evaluation.js'
export type { Nudge, Nudged } from './nudge.js'
export type { SnapshotInfo } from './snapshot.js'
export type { Source, SourceAnswer, SourceRequest } from './source.js'
export type { Store } from './store.js'
export type {
  Binding,
  Client,
  ClientEvents,
  ClientOptions,
  Fetch,
  FlagMap,
  FlagSet,
  FlagValues,
  ReadyOptions,
  RefreshOptions,
  Status,
} from './types.js'
export type { DeepReadonly, FlagValue } from './values.js'
