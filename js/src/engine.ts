import { engineError, TidegateError } from './error.js'
import { FRAME, openRuntime, type Runtime } from './runtime.js'
import { readSnapshot, type Snapshot } from './snapshot.js'

/** The compiled runtime, with a first instance where compiling gave one. */
export type Compiled =
  | WebAssembly.Module
  | { readonly module: WebAssembly.Module; readonly instance: WebAssembly.Instance }

/** A runtime instance that outlives its traps. */
export interface Engine {
  /** The snapshot in force, unless it is quarantined or the engine has to be revived. */
  snapshot: Snapshot | undefined
  /** Whether the engine holds a snapshot, quarantined or not. */
  loaded: boolean
  /** Verifies a frame and puts it in force. False when its very bytes are already; throws when it is refused. */
  load(frame: Uint8Array, now: number): boolean
  /**
   * Takes note of an exception out of an evaluation. True when it is worth while to revive the engine and evaluate again:
   * at a first trap. A second one quarantines the snapshot until another one comes.
   */
  fail(error: unknown): boolean
  /** After an exception, starts a new instance on the snapshot that was in force, which is verified again. */
  revive(now: number): void
}

/** Starts the runtime for one trust anchor and scope. Throws when it refuses them. */
export function startEngine(compiled: Compiled, trust: string, scope: string): Engine {
  const module = 'module' in compiled ? compiled.module : compiled
  const engine: Engine = { snapshot: undefined, loaded: false, load, fail, revive }
  let runtime: Runtime
  let traps = 0
  let frameAt: number
  let frameEnd: number
  /** The frame of a stopped instance, until a new one has it. */
  let lost: Uint8Array | undefined
  begin('module' in compiled ? compiled.instance : new WebAssembly.Instance(module))
  return engine

  function begin(instance: WebAssembly.Instance): void {
    runtime = openRuntime(instance)
    frameAt = frameEnd = 0
    give(new TextEncoder().encode(`${trust}\n${scope}`))
    check(runtime.exports.configure())
  }

  function load(frame: Uint8Array, now: number): boolean {
    revive(now)
    let code: number
    try {
      code = take(frame, now)
    } catch (error) {
      stop()
      revive(now)
      throw new TidegateError('ENGINE_TRAPPED', undefined, error)
    }
    check(code)
    if (code < 0) return false
    traps = 0
    adopt()
    return true
  }

  function fail(error: unknown): boolean {
    stop()
    return error instanceof WebAssembly.RuntimeError && ++traps < 2
  }

  function stop(): void {
    // The memory of a stopped instance can still be read.
    lost ??= runtime.bytes.slice(frameAt, frameEnd)
    engine.snapshot = undefined
  }

  function revive(now: number): void {
    if (!lost) return
    begin(new WebAssembly.Instance(module))
    const frame = lost
    lost = undefined
    engine.loaded = false
    if (frame.length > 0) {
      check(take(frame, now))
      adopt()
    }
  }

  function take(frame: Uint8Array, now: number): number {
    give(frame)
    return runtime.exports.load(now)
  }

  /** Copies bytes to the engine's input. */
  function give(bytes: Uint8Array): void {
    const at = runtime.exports.input(bytes.length)
    runtime.view()
    runtime.bytes.set(bytes, at)
  }

  function adopt(): void {
    runtime.view()
    runtime.exports.describe(FRAME)
    frameAt = runtime.word(0)
    frameEnd = frameAt + runtime.word(1)
    engine.loaded = true
    engine.snapshot = traps > 1 ? undefined : readSnapshot(runtime)
  }
}

/** Throws for an error number of the engine. */
function check(code: number): void {
  if (code > 0) throw engineError(code)
}
