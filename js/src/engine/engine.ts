import { decodeBase64 } from '../base64.js'
import { asTidegateError, check, TidegateError } from '../error.js'
import { joined } from '../joined.js'
import type { PackedContext } from './context.js'
import { unanswered } from './evaluation.js'
import { readSnapshot } from './read-snapshot.js'
import { BEFORE, BEHIND, FRAME, openRuntime, type Runtime, SNAPSHOT_CHANGED, WANTED } from './runtime.js'
import type { Snapshot } from './snapshot.js'

/** The compiled runtime, with a first instance where compiling gave one. */
export type Compiled = WebAssembly.Module | Instantiated

interface Instantiated {
  readonly module: WebAssembly.Module
  readonly instance: WebAssembly.Instance
}

/** A runtime instance that outlives its traps, or the want of one until it is started. */
export interface Engine {
  /** The snapshot in force, unless it is quarantined or the engine has to be revived. */
  current: Snapshot | undefined
  /** The length of the frame that the engine holds, quarantined or not; 0 for none. */
  frameLength: number
  /** The version of the newest head; 0 for none. */
  headVersion: number
  /** The version of the newest root; 0 for a bare key. */
  rootVersion: number
  /** Throws when the runtime refuses the trust anchor or the scope. */
  start(compiled: Compiled): void
  /**
   * Verifies documents and puts them in force. False when they are already. Throws the first refusal, after the others are in
   * force: a head may count although the snapshot behind it is refused.
   */
  load(documents: Uint8Array): boolean
  /** All documents in force, to be loaded another time. */
  state(): Uint8Array
  /** The file that the newest head points to, if it is not in force. */
  wanted(): Wanted | undefined
  /** As of the snapshot in force. A first trap is survived; a second one quarantines it until another one comes. */
  readonly one: Snapshot['one']
  readonly all: Snapshot['all']
}

export interface Wanted {
  /** Relative to where heads are. */
  readonly url: string
  readonly length: number
}

/** Makes an engine for one trust anchor and scope. It calls `wake` when it is asked and has nothing; traps are reported. */
export function openEngine(
  trust: string,
  scope: string,
  now: () => number,
  wake: () => void,
  report: (error: TidegateError) => void,
): Engine {
  const engine: Engine = {
    current: undefined,
    frameLength: 0,
    headVersion: 0,
    rootVersion: 0,
    start,
    load,
    state,
    wanted,
    one,
    all,
  }
  let module: WebAssembly.Module
  let runtime: Runtime
  let traps = 0
  let frameAt: number
  /** The roots and heads that were accepted before the snapshot in force, and behind it. */
  let before = new Uint8Array()
  let behind = before
  /** The state of a stopped instance, until a new one has it. */
  let lost: Uint8Array | undefined
  return engine

  function start(compiled: Compiled): void {
    // A module has neither property.
    const { module: alone = compiled, instance } = compiled as Partial<Instantiated>
    module = alone
    begin(instance)
  }

  function begin(instance = new WebAssembly.Instance(module)): void {
    runtime = openRuntime(instance)
    engine.frameLength = 0
    give(anchor(trust, scope))
    check(runtime.calls.configure())
    // To load, be it nothing, tells the version of the root that is pinned.
    take(new Uint8Array())
  }

  function load(documents: Uint8Array): boolean {
    revive()
    let code: number
    try {
      code = take(documents)
    } catch (error) {
      stop()
      revive()
      throw asTidegateError(error, 'ENGINE_TRAPPED')
    }
    const changed = runtime.word(0)
    if (changed & SNAPSHOT_CHANGED) traps = 0
    if (changed) adopt()
    check(code)
    return changed > 0
  }

  function state(): Uint8Array {
    // The memory of a stopped instance can still be read.
    return joined([before, runtime.octets.subarray(frameAt, frameAt + engine.frameLength), behind])
  }

  function wanted(): Wanted | undefined {
    if (lost) return undefined
    const url = new TextDecoder().decode(part(WANTED))
    return url ? { url, length: runtime.word(2) } : undefined
  }

  function one(
    key: string,
    defaultValue: unknown,
    context: unknown,
    packed: PackedContext | undefined,
    detailed?: boolean,
  ): unknown {
    try {
      const snapshot = engine.current ?? wakened()
      if (snapshot) return snapshot.one(key, defaultValue, context, packed, detailed)
      if (!engine.frameLength) return unanswered('PROVIDER_NOT_READY', defaultValue, detailed)
    } catch (error) {
      if (failed(error)) return one(key, defaultValue, context, packed, detailed)
    }
    return unanswered('GENERAL', defaultValue, detailed)
  }

  function all(context: unknown, packed: PackedContext | undefined): Record<string, unknown> {
    try {
      const snapshot = engine.current ?? wakened()
      if (snapshot) return snapshot.all(context, packed)
    } catch (error) {
      if (failed(error)) return all(context, packed)
    }
    return {}
  }

  function wakened(): Snapshot | undefined {
    wake()
    revive()
    return engine.current
  }

  /** Takes note of an exception out of an evaluation. True when it is worth while to evaluate again: at a first trap. */
  function failed(error: unknown): boolean {
    const trapped = error instanceof WebAssembly.RuntimeError
    if (trapped || error instanceof TidegateError) report(asTidegateError(error, 'ENGINE_TRAPPED'))
    // An exhausted stack stops the engine midway too.
    if (!trapped && !(error instanceof RangeError)) return false
    stop()
    return trapped && ++traps < 2
  }

  function stop(): void {
    lost ??= state()
    engine.current = undefined
  }

  /** After an exception, starts a new instance on the state that was in force, which is verified again. */
  function revive(): void {
    if (!lost) return
    begin()
    const documents = lost
    lost = undefined
    if (documents.length > 0) {
      const code = take(documents)
      adopt()
      check(code)
    }
  }

  function take(documents: Uint8Array): number {
    give(documents)
    const code = runtime.calls.load(now())
    // The memory may have grown.
    runtime.view()
    engine.headVersion = runtime.float(2)
    engine.rootVersion = runtime.float(4)
    return code
  }

  /** Copies bytes to the engine's input. */
  function give(bytes: Uint8Array): void {
    const at = runtime.calls.input(bytes.length)
    runtime.view()
    runtime.octets.set(bytes, at)
  }

  function adopt(): void {
    before = part(BEFORE).slice()
    behind = part(BEHIND).slice()
    engine.frameLength = part(FRAME).length
    frameAt = runtime.word(0)
    if (engine.frameLength > 0) engine.current = traps > 1 ? undefined : readSnapshot(runtime, now)
  }

  function part(number: number): Uint8Array {
    runtime.calls.part(number)
    runtime.view()
    return runtime.octets.subarray(runtime.word(0), runtime.word(0) + runtime.word(1))
  }
}

/** What the runtime is configured with: the kind of the anchor, its length, its bytes, the scope. */
function anchor(trust: string, scope: string): Uint8Array {
  const [name, base64] = trust.split(':')
  const kind = ['ed25519', 'ed25519-dev', 'root'].indexOf(name as string)
  try {
    if (kind < 0) throw trust
    const bytes = decodeBase64(base64 as string)
    const length = new Uint8Array(Uint32Array.of(bytes.length).buffer)
    return joined([Uint8Array.of(kind), length, bytes, new TextEncoder().encode(scope)])
  } catch (error) {
    throw asTidegateError(error, 'TRUST_INVALID')
  }
}
