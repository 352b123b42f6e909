import type { PackedContext } from './context.js'
import type { Engine } from './engine.js'
import { asTidegateError, TidegateError } from './error.js'
import { type EvaluationErrorCode, explain, failure, variantValue } from './evaluation.js'
import type { Snapshot } from './snapshot.js'

/** What evaluations stand on. */
export interface Footing {
  engine: Engine | undefined
  /** The snapshot in force has expired. */
  stale: boolean
  readonly now: () => number
  /** Starts the engine where that waits for the first use. */
  readonly wake: () => void
  readonly report: (error: TidegateError) => void
}

/** Asks the engine, and stands between its exceptions and the caller. */
export interface Evaluate {
  /** A value, or an `EvaluationDetails` where `detailed` is set; for `packed` if given, else for `context`. */
  one(
    key: string,
    defaultValue: unknown,
    context: unknown,
    packed: PackedContext | undefined,
    detailed: boolean,
  ): unknown
  /** The values of all flags that can be read. */
  all(context: unknown, packed: PackedContext | undefined): Record<string, unknown>
}

/** Evaluates on whatever is in force at each call. */
export function createEvaluate(footing: Footing): Evaluate {
  return { one, all }

  function one(
    key: string,
    defaultValue: unknown,
    context: unknown,
    packed: PackedContext | undefined,
    detailed: boolean,
  ): unknown {
    let errorCode: EvaluationErrorCode = 'PROVIDER_NOT_READY'
    try {
      const snapshot = footing.engine?.snapshot ?? revived()
      if (snapshot) {
        errorCode = 'FLAG_NOT_FOUND'
        const number = snapshot.numbers.get(key)
        if (number !== undefined) {
          const flag = snapshot.flag(number)
          errorCode = flag.type ? 'TYPE_MISMATCH' : 'PARSE_ERROR'
          if (typeof defaultValue === flag.type) {
            const now = flag.dependsOnTime ? footing.now() : 0
            place(snapshot, context, packed, flag.attributes)
            const answer = snapshot.runtime.exports.evaluate(number, now)
            const value = variantValue(flag, answer)
            if (value !== undefined) {
              return detailed ? explain(snapshot, flag, answer, value, footing.stale) : value
            }
            errorCode = 'PARSE_ERROR'
          }
        }
      } else if (footing.engine?.loaded) errorCode = 'GENERAL'
    } catch (error) {
      if (failed(error)) return one(key, defaultValue, context, packed, detailed)
      errorCode = 'GENERAL'
    }
    return detailed ? failure(errorCode, defaultValue) : defaultValue
  }

  function all(context: unknown, packed: PackedContext | undefined): Record<string, unknown> {
    try {
      const snapshot = footing.engine?.snapshot ?? revived()
      if (snapshot) {
        const now = snapshot.dependsOnTime ? footing.now() : 0
        place(snapshot, context, packed)
        const { exports, words } = snapshot.runtime
        const answers = exports.evaluate_all(now) >> 2
        const values = snapshot.blank()
        snapshot.keys.forEach((key, number) => {
          const value = variantValue(snapshot.flag(number), words[answers + number] as number)
          if (value === undefined) delete values[key]
          else values[key] = value
        })
        return values
      }
    } catch (error) {
      if (failed(error)) return all(context, packed)
    }
    return {}
  }

  /** True when the evaluation should be tried again. */
  function failed(error: unknown): boolean {
    const trapped = error instanceof WebAssembly.RuntimeError
    if (trapped || error instanceof TidegateError) footing.report(asTidegateError(error, 'ENGINE_TRAPPED'))
    // An exhausted stack stops the engine midway too.
    return (trapped || error instanceof RangeError) && footing.engine?.fail(error) === true
  }

  function revived(): Snapshot | undefined {
    footing.wake()
    footing.engine?.revive(footing.now())
    return footing.engine?.snapshot
  }
}

function place(
  { slots }: Snapshot,
  context: unknown,
  packed: PackedContext | undefined,
  attributes?: Uint16Array,
): void {
  if (packed) slots.place(packed)
  else slots.fill(context, attributes)
}
