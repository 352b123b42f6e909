import { decodeBase64 } from './base64.js'
import type { PackedContext } from './context.js'
import { asTidegateError, check, TidegateError } from './error.js'
import { unanswered } from './evaluation.js'
import { BEFORE, BEHIND, FRAME, openRuntime, type Runtime, SNAPSHOT_CHANGED } from './runtime.js'
import { readSnapshot, type Snapshot } from './snapshot.js'

/** The compiled runtime, with a first instance where compiling gave one. */
export type Compiled = WebAssembly.Module | Instantiated

interface Instantiated {
  readonly module: WebAssembly.Module
  readonly instance: WebAssembly.Instance
}

/** A runtime instance that outlives its traps, or the want of one until it is started. */
export interface Engine {
  /** The snapshot in force, unless it is quarantined or the engine has to be revived. */
  snapshot: Snapshot | undefined
  /** The length of the frame that the engine holds, quarantined or not; 0 for none. */
  frameLength: number
  /** Throws when the runtime refuses the trust anchor or the scope. */
  start(compiled: Compiled): void
  /** Verifies a frame and puts it in force. False when its very bytes are already; throws when it is refused. */
  load(frame: Uint8Array): boolean
  /** As of the snapshot in force. A first trap is survived; a second one quarantines it until another one comes. */
  readonly one: Snapshot['one']
  readonly all: Snapshot['all']
}

/** Makes an engine for one trust anchor and scope. It calls `wake` when it is asked and has nothing; traps are reported. */
export function openEngine(
  trust: string,
  scope: string,
  now: () => number,
  wake: () => void,
  report: (error: TidegateError) => void,
): Engine {
  const engine: Engine = { snapshot: undefined, frameLength: 0, start, load, one, all }
  let module: WebAssembly.Module
  let runtime: Runtime
  let traps = 0
  let frameAt: number
  /** The roots and heads that were accepted before the snapshot in force, and behind it. */
  let before = new Uint8Array()
  let behind = new Uint8Array()
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
  }

  function load(frames: Uint8Array): boolean {
    revive()
    let code: number
    try {
      code = take(frames)
    } catch (error) {
      stop()
      revive()
      throw asTidegateError(error, 'ENGINE_TRAPPED')
    }
    const changed = runtime.word(0)
    if (changed) {
      if (changed & SNAPSHOT_CHANGED) traps = 0
      adopt()
    }
    check(code)
    return changed > 0
  }

  function one(
    key: string,
    defaultValue: unknown,
    context: unknown,
    packed: PackedContext | undefined,
    detailed: boolean,
  ): unknown {
    try {
      const snapshot = engine.snapshot ?? wakened()
      if (snapshot) return snapshot.one(key, defaultValue, context, packed, detailed)
      if (!engine.frameLength) return unanswered('PROVIDER_NOT_READY', defaultValue, detailed)
    } catch (error) {
      if (failed(error)) return one(key, defaultValue, context, packed, detailed)
    }
    return unanswered('GENERAL', defaultValue, detailed)
  }

  function all(context: unknown, packed: PackedContext | undefined): Record<string, unknown> {
    try {
      const snapshot = engine.snapshot ?? wakened()
      if (snapshot) return snapshot.all(context, packed)
    } catch (error) {
      if (failed(error)) return all(context, packed)
    }
    return {}
  }

  function wakened(): Snapshot | undefined {
    wake()
    revive()
    return engine.snapshot
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
    // The memory of a stopped instance can still be read.
    const frame = runtime.octets.subarray(frameAt, frameAt + engine.frameLength)
    lost ??= joined(before, frame, behind)
    engine.snapshot = undefined
  }

  /** After an exception, starts a new instance on the snapshot that was in force, which is verified again. */
  function revive(): void {
    if (!lost) return
    begin()
    const state = lost
    lost = undefined
    if (state.length > 0) {
      check(take(state))
      adopt()
    }
  }

  function take(frame: Uint8Array): number {
    give(frame)
    return runtime.calls.load(now())
  }

  /** Copies bytes to the engine's input. */
  function give(bytes: Uint8Array): void {
    const at = runtime.calls.input(bytes.length)
    runtime.view()
    runtime.octets.set(bytes, at)
  }

  function adopt(): void {
    runtime.view()
    before = part(BEFORE).slice()
    behind = part(BEHIND).slice()
    engine.frameLength = part(FRAME).length
    frameAt = runtime.word(0)
    if (engine.frameLength > 0) engine.snapshot = traps > 1 ? undefined : readSnapshot(runtime, now)
  }

  function part(number: number): Uint8Array {
    runtime.calls.part(number)
    return runtime.octets.subarray(runtime.word(0), runtime.word(0) + runtime.word(1))
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** What the runtime is configured with: the kind of the anchor, its length, its bytes, the scope. */
function anchor(trust: string, scope: string): Uint8Array {
  const colon = trust.indexOf(':')
  const kind = ['ed25519', 'ed25519-dev', 'root'].indexOf(trust.slice(0, colon))
  if (kind < 0) throw new TidegateError('TRUST_INVALID')
  try {
    const bytes = decodeBase64(trust.slice(colon + 1))
    const length = new Uint8Array(Uint32Array.of(bytes.length).buffer)
    return Uint8Array.of(kind, ...length, ...bytes, ...new TextEncoder().encode(scope))
  } catch (error) {
    throw asTidegateError(error, 'TRUST_INVALID')
  }
}
