import type { Nudge } from './delivery/nudge.js'
import type { EvaluationContext } from './engine/context.js'
import type { EvaluationDetails } from './engine/evaluation.js'
import type { SnapshotInfo } from './engine/snapshot.js'
import type { DeepReadonly, FlagValue } from './engine/values.js'
import type { TidegateError } from './error.js'
import type { ExposureHook } from './exposures/hook.js'
import type { Source } from './source/source.js'
import type { Store } from './store/store.js'

/** The part of `fetch` that is needed. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** What `createClient` takes. A `source`, a `bootstrap` or both are needed. */
export interface ClientOptions {
  /**
   * Where rules come from: the URL of a folder that was published to (ending in `/`) or of one file, relative to the page
   * where there is one; or another `Source`.
   */
  readonly source?: string | URL | Source
  /** Whose rules are wanted: `project/environment/audience`. Left out, what is loaded first decides. */
  readonly scope?: string
  /**
   * What everything is verified with: a root, `root:BASE64`, or the public key that signs snapshots, `ed25519:BASE64`.
   * `ed25519-dev:BASE64` is taken from loopback sources only.
   */
  readonly trust: string
  /** What `latest` holds, or another signed document, to start from: bytes, or base64. Verified like any other. */
  readonly bootstrap?: Uint8Array | ArrayBuffer | string
  /**
   * Where to keep what was verified, for the next start. `tidegate/stores` and `tidegate/files` have some. Without one, what
   * is older than was seen before is refused for as long as the client lives, and no longer; so it is with `false`, and
   * everywhere but in browsers unless given: there it is the Cache API.
   */
  readonly store?: Store | false
  /** What tells of news before the next poll does, such as `serverSentEvents()` of `tidegate/sse`. Not on Workers. */
  readonly nudge?: Nudge
  /** Sees who got what: `exposures(sink)` of `tidegate/exposures`; a function of your own is handed to that as its sink. */
  readonly onExposure?: ExposureHook
  /** How to poll the source; `false` fetches it once only. */
  readonly refresh?: RefreshOptions | false
  /** Milliseconds that one request may take; 10,000 unless given. */
  readonly timeout?: number
  /** Used instead of the global `fetch`. */
  readonly fetch?: Fetch
  /** Takes snapshots that a development key signed, from anywhere. */
  readonly allowDevKeys?: boolean
  /** The clock, in epoch milliseconds; `Date.now` unless given. */
  readonly now?: () => number
}

/** What `createClient` of `tidegate/slim` takes as well. */
export interface SlimOptions extends ClientOptions {
  /** The compiled `tidegate/runtime.wasm`. */
  readonly module: WebAssembly.Module | Promise<WebAssembly.Module>
  /** Nothing may happen between requests, as on Workers: refreshing is then up to `ready` and `refresh`. */
  readonly onDemand?: boolean
}

/**
 * How a source is polled: not while the page is hidden or offline, and at once when it is back. Failures double the interval, up to five minutes or the interval itself if that is longer.
 * What a source asks for in `Retry-After` is granted up to an hour.
 */
export interface RefreshOptions {
  /** Milliseconds between polls; 60,000 unless given. */
  readonly interval?: number
  /** The part of the interval, from 0 to 1, by which it varies at random; 0.1 unless given. */
  readonly jitter?: number
}

/** `failed`: nothing is in force and the last attempt did not help. `stale`: what is in force has expired. */
export type Status = 'starting' | 'ready' | 'stale' | 'failed'

/** What listeners get. */
export interface ClientEvents {
  /** A snapshot came into force, or kills: the keys of the flags that came, went, or say something else now. */
  change: readonly string[]
  status: Status
  error: TidegateError
}

export interface ReadyOptions {
  /** Milliseconds after which the wait is over with `TIMEOUT`. */
  readonly timeout?: number
  /**
   * On Workers: `(promise) => ctx.waitUntil(promise)`. While a snapshot is in force, refreshing goes on behind the response, as
   * does keeping it in a store.
   */
  readonly waitUntil?: (promise: Promise<unknown>) => void
}

/** Flags of which only the keys are known when the program runs. */
export type FlagMap = { readonly [key: string]: FlagValue }

/** What `createClient<Flags>()` takes: flag keys and the type of each one's values. */
export type FlagSet<Flags> = { readonly [Key in keyof Flags]: FlagValue }

/** The values of many flags, by key. Flags that cannot be read are left out. */
export type FlagValues<Flags> = { readonly [Key in keyof Flags]?: DeepReadonly<Flags[Key]> }

/**
 * Asks for a value; the type of the default, or of the flag where it is known, is the type of the answer.
 *
 * Arrays and objects are one type, as in OpenFeature: who asks with `[]` may be given an object, without `TYPE_MISMATCH`.
 */
export type AskValue<Flags, Rest extends readonly unknown[]> = string extends keyof Flags
  ? {
      (key: string, defaultValue: boolean, ...rest: Rest): boolean
      (key: string, defaultValue: string, ...rest: Rest): string
      (key: string, defaultValue: number, ...rest: Rest): number
      <T extends object>(key: string, defaultValue: T, ...rest: Rest): DeepReadonly<T>
    }
  : <Key extends keyof Flags & string>(
      key: Key,
      defaultValue: DeepReadonly<Flags[Key]>,
      ...rest: Rest
    ) => DeepReadonly<Flags[Key]>

/** Like `AskValue`, for the value and its explanation. */
export type AskDetails<Flags, Rest extends readonly unknown[]> = string extends keyof Flags
  ? {
      (key: string, defaultValue: boolean, ...rest: Rest): EvaluationDetails<boolean>
      (key: string, defaultValue: string, ...rest: Rest): EvaluationDetails<string>
      (key: string, defaultValue: number, ...rest: Rest): EvaluationDetails<number>
      <T extends object>(key: string, defaultValue: T, ...rest: Rest): EvaluationDetails<DeepReadonly<T>>
    }
  : <Key extends keyof Flags & string>(
      key: Key,
      defaultValue: DeepReadonly<Flags[Key]>,
      ...rest: Rest
    ) => EvaluationDetails<DeepReadonly<Flags[Key]>>

/** Decides flags. None of these methods throws, whatever the context is. */
export interface Evaluator<Flags, Rest extends readonly unknown[]> {
  /** The value of a flag, or the default when there is none to give. */
  readonly value: AskValue<Flags, Rest>
  /** The value of a flag with its variant, reason, rule and error. */
  readonly details: AskDetails<Flags, Rest>
  /** The values of all flags, by key. */
  readonly all: (...rest: Rest) => FlagValues<Flags>
}

/**
 * Decides flags for one context. The context is read at the first use and again after each new snapshot, by reference:
 * do not change it meanwhile. A plain object that holds nothing to free.
 */
export interface Binding<Flags = FlagMap> extends Evaluator<Flags, []> {}

/** Flags from one source, or from a bootstrap. */
export interface Client<Flags = FlagMap> extends Evaluator<Flags, [context?: EvaluationContext]> {
  readonly status: Status
  /** The headers of the snapshot in force. */
  readonly snapshot: SnapshotInfo | undefined
  /** Keeps a context for many evaluations. It is read when it is needed, now and then again: leave it as it is. */
  bind(context: EvaluationContext): Binding<Flags>
  /** Resolves when a snapshot is in force; rejects with a `TidegateError` when an attempt ended without one. */
  ready(options?: ReadyOptions): Promise<void>
  /** Asks the source now. True when something new came into force. Never rejects: failures are `error` events. */
  refresh(): Promise<boolean>
  /** Calls `listener` after each event, from a microtask; returns what stops that. */
  on<Event extends keyof ClientEvents>(
    event: Event,
    listener: (detail: ClientEvents[Event]) => void,
  ): () => void
  /** Ends requests and polling. What is in force goes on answering. */
  close(): void
}
