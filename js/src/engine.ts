import { engineError, TidegateError } from './error.js'
import { describe, FRAME, type RuntimeExports } from './runtime.js'
import { readSnapshot, type Snapshot } from './snapshot.js'

/** A compiled runtime, with a first instance where compiling gave one. */
export type Runtime =
  | WebAssembly.Module
  | { readonly module: WebAssembly.Module; readonly instance: WebAssembly.Instance }

/** A runtime instance that outlives its traps. */
export interface Engine {
  /** Undefined before the first snapshot, and while the one in force is quarantined. */
  readonly snapshot: Snapshot | undefined
  /** Whether a snapshot was loaded, quarantined or not. */
  readonly loaded: boolean
  /** Verifies a frame and puts it in force. False when its very bytes are already; throws when it is refused. */
  load(frame: Uint8Array<ArrayBuffer>, now: number): boolean
  /**
   * Takes note of an exception out of the engine and rebuilds the instance, with the snapshot in force verified again.
   * Throws at the second trap on one snapshot, which quarantines it: another one must come.
   */
  recover(error: unknown, now: number): void
  /** Rebuilds the instance if an earlier attempt was cut short, by an exhausted stack for one. */
  revive(now: number): void
}

/** Starts the runtime for one trust anchor and scope. Throws when it refuses them. */
export function startEngine(runtime: Runtime, trust: string, scope: string): Engine {
  const module = 'module' in runtime ? runtime.module : runtime
  let exports: RuntimeExports
  let snapshot: Snapshot | undefined
  let traps = 0
  /** The frame to replay, from an exception until the instance is rebuilt. */
  let replay: Uint8Array<ArrayBuffer> | undefined
  let frameAt = 0
  let frameLength = 0
  begin('module' in runtime ? runtime.instance : undefined)
  return {
    get snapshot() {
      return traps > 1 ? undefined : snapshot
    },
    get loaded() {
      return snapshot !== undefined
    },
    load,
    recover,
    revive,
  }

  function begin(instance = new WebAssembly.Instance(module)): void {
    exports = instance.exports as unknown as RuntimeExports
    give(new TextEncoder().encode(`${trust}\n${scope}`))
    check(exports.configure())
  }

  function load(frame: Uint8Array<ArrayBuffer>, now: number): boolean {
    revive(now)
    try {
      give(frame)
      if (check(exports.load(now))) return false
    } catch (error) {
      if (error instanceof TidegateError) throw error
      rebuild(now)
      throw new TidegateError('ENGINE_TRAPPED', 'while loading', error)
    }
    traps = 0
    adopt()
    return true
  }

  function recover(error: unknown, now: number): void {
    if (error instanceof WebAssembly.RuntimeError) traps++
    rebuild(now)
    if (traps > 1) throw new TidegateError('ENGINE_TRAPPED', 'twice on one snapshot', error)
  }

  function rebuild(now: number): void {
    // The memory of a stopped instance can still be read, and what is read is verified again.
    replay ??= new Uint8Array(exports.memory.buffer, frameAt, frameLength).slice()
    snapshot = undefined
    revive(now)
  }

  function revive(now: number): void {
    if (replay === undefined) return
    begin()
    if (replay.length > 0) {
      give(replay)
      const code = exports.load(now)
      if (code > 0) replay = undefined
      check(code)
      adopt()
    }
    replay = undefined
  }

  /** Copies bytes to the engine's input. */
  function give(bytes: Uint8Array<ArrayBuffer>): void {
    const at = exports.input(bytes.length)
    new Uint8Array(exports.memory.buffer, at).set(bytes)
  }

  function adopt(): void {
    snapshot = readSnapshot(exports)
    const word = describe(exports, FRAME)
    frameAt = word(0)
    frameLength = word(1)
  }
}

/** Throws for an error number of the engine; true when nothing changed. */
function check(code: number): boolean {
  if (code > 0) throw engineError(code)
  return code < 0
}
