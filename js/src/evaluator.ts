import type { PackedContext } from './context.js'
import type { Engine } from './engine.js'
import { asTidegateError, type TidegateError } from './error.js'
import { explain, failure, variantValue } from './evaluation.js'
import type { Snapshot } from './snapshot.js'

/** What evaluations stand on; the client changes it when a snapshot comes or expires. */
export interface Footing {
  engine: Engine | undefined
  /** The engine's snapshot, at hand. */
  snapshot: Snapshot | undefined
  stale: boolean
  readonly now: () => number
  /** Starts the engine where that waits for the first use. */
  readonly wake: () => void
  readonly report: (error: TidegateError) => void
}

/** Asks the engine, and stands between its exceptions and the caller. */
export interface Asker {
  /** A value, or an `EvaluationDetails` where `detailed` is set; for `packed` if given, else for `context`. */
  ask(
    key: string,
    defaultValue: unknown,
    context: unknown,
    packed: PackedContext | undefined,
    detailed: boolean,
  ): unknown
  /** The values of all readable flags. */
  askAll(context: unknown, packed: PackedContext | undefined): Record<string, unknown>
}

/** Evaluates on whatever is in force at each call. */
export function createAsker(footing: Footing): Asker {
  return { ask, askAll }

  function ask(
    key: string,
    defaultValue: unknown,
    context: unknown,
    packed: PackedContext | undefined,
    detailed: boolean,
  ): unknown {
    try {
      return askOnce(key, defaultValue, context, packed, detailed)
    } catch (error) {
      if (recovers(error)) return ask(key, defaultValue, context, packed, detailed)
      return detailed ? failure('GENERAL', defaultValue) : defaultValue
    }
  }

  function askOnce(
    key: string,
    defaultValue: unknown,
    context: unknown,
    packed: PackedContext | undefined,
    detailed: boolean,
  ): unknown {
    const snapshot = footing.snapshot ?? revived()
    if (snapshot === undefined) {
      return detailed
        ? failure(footing.engine?.loaded ? 'GENERAL' : 'PROVIDER_NOT_READY', defaultValue)
        : defaultValue
    }
    const number = snapshot.numbers.get(key)
    if (number === undefined) return detailed ? failure('FLAG_NOT_FOUND', defaultValue) : defaultValue
    const flag = snapshot.flag(number)
    if (typeof defaultValue !== flag.type) {
      return detailed ? failure(flag.type ? 'TYPE_MISMATCH' : 'PARSE_ERROR', defaultValue) : defaultValue
    }
    if (packed === undefined) snapshot.slots.fill(context, flag.attributes)
    else snapshot.slots.place(packed)
    const answer = snapshot.evaluate(number, flag.dependsOnTime ? footing.now() : 0)
    const value = variantValue(flag, answer)
    if (value === undefined) return detailed ? failure('PARSE_ERROR', defaultValue) : defaultValue
    return detailed ? explain(snapshot, flag, answer, value, footing.stale) : value
  }

  function askAll(context: unknown, packed: PackedContext | undefined): Record<string, unknown> {
    try {
      return askAllOnce(context, packed)
    } catch (error) {
      return recovers(error) ? askAll(context, packed) : {}
    }
  }

  function askAllOnce(context: unknown, packed: PackedContext | undefined): Record<string, unknown> {
    const values: Record<string, unknown> = {}
    const snapshot = footing.snapshot ?? revived()
    if (snapshot === undefined) return values
    if (packed === undefined) snapshot.slots.fill(context)
    else snapshot.slots.place(packed)
    const answers = snapshot.evaluateAll(snapshot.dependsOnTime ? footing.now() : 0)
    for (let number = 0; number < answers.length; number++) {
      const value = variantValue(snapshot.flag(number), answers[number] as number)
      if (value !== undefined) values[snapshot.keys[number] as string] = value
    }
    return values
  }

  /** True when the engine stands again and can be asked once more. */
  function recovers(error: unknown): boolean {
    const trapped = error instanceof WebAssembly.RuntimeError
    // An exhausted stack stops the engine midway too, but is not the snapshot's fault.
    if (!trapped && !(error instanceof RangeError)) return false
    try {
      if (trapped) footing.report(asTidegateError(error, 'ENGINE_TRAPPED'))
      footing.snapshot = undefined
      footing.engine?.recover(error, footing.now())
      footing.snapshot = footing.engine?.snapshot
    } catch (failed) {
      footing.report(asTidegateError(failed, 'ENGINE_TRAPPED'))
    }
    return trapped && footing.snapshot !== undefined
  }

  function revived(): Snapshot | undefined {
    footing.wake()
    footing.engine?.revive(footing.now())
    footing.snapshot = footing.engine?.snapshot
    return footing.snapshot
  }
}
