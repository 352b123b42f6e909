export type { Nudge, Nudged } from './delivery/nudge.js'
export type { EvaluationContext } from './engine/context.js'
export type {
  EvaluationDetails,
  EvaluationErrorCode,
  Exit,
  FlagMetadata,
  Reason,
} from './engine/evaluation.js'
export type { SnapshotInfo } from './engine/snapshot.js'
export type { DeepReadonly, FlagValue } from './engine/values.js'
export { TidegateError, type TidegateErrorCode } from './error.js'
export type { ExposureHook } from './exposures/hook.js'
export type { Source, SourceAnswer, SourceRequest } from './source/source.js'
export type { Store } from './store/store.js'
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
