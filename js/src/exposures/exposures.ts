import type { EvaluationDetails } from '../engine/evaluation.js'
import { attributesAt, unitAt } from './attribute.js'
import type { Exposure } from './exposure.js'
import type { ExposureHook } from './hook.js'
import { openMemory } from './memory.js'

/** Takes exposures. `false` means that there was no room: the exposure is offered again when the value is next read. */
export interface ExposureSink {
  write(exposure: Exposure): unknown
}

export interface ExposuresOptions {
  /** Paths of attributes that exposures carry along, to be told apart by in `tidegate analyze`: none unless given. */
  readonly attributes?: readonly string[]
  /**
   * How many exposures are remembered, so that they are not told again: the last 20,000 at least, never more than twice as
   * many. Telling one again does no harm: the first one counts.
   */
  readonly remember?: number
  /** Gets what a sink throws or rejects with; `console.error` unless given. */
  readonly onError?: (error: unknown) => void
}

/**
 * Tells a sink, or a function, who got what: once for each flag, variant, arm and unit, when a value is read through `value` or
 * `details`; again under a new snapshot, since a plan that was started anew counts from there. Not through `all`, which reads for no decision; not for defaults, which no snapshot served; and not where there is no
 * unit, to which nothing could be joined.
 *
 * What the sink does is no concern of who asks: it is called at once, and may throw.
 */
export function exposures(
  sink: ExposureSink | ((exposure: Exposure) => unknown),
  { attributes = [], remember = 20_000, onError = console.error }: ExposuresOptions = {},
): ExposureHook {
  const write = typeof sink === 'function' ? sink : (exposure: Exposure) => sink.write(exposure)
  return (ask, now) => {
    const told = openMemory(remember)
    return (key, defaultValue, context, packed, detailed) => {
      const details = ask(key, defaultValue, context, packed, true) as EvaluationDetails<unknown>
      if (!details.errorCode) {
        try {
          tell(key, details, packed ? packed.context : context)
        } catch (error) {
          report(error)
        }
      }
      return detailed ? details : details.value
    }

    function tell(flag: string, details: EvaluationDetails<unknown>, context: unknown): void {
      const { variant, arm, rule, flagMetadata } = details as EvaluationDetails<unknown> & { variant: string }
      const { stage, version, unitAttribute = 'targetingKey' } = flagMetadata
      const unit = unitAt(context, unitAttribute)
      if (unit === undefined) return
      const name = `${version}\n${flag}\n${variant}\n${arm}\n${unit}`
      if (!told.add(name)) return
      const found = attributes.length > 0 ? attributesAt(context, attributes) : undefined
      const taken = write({
        time: new Date(now()).toISOString(),
        flag,
        variant,
        ...(arm && { arm }),
        ...(rule && { rule }),
        ...(stage && { stage }),
        unit,
        ...(unitAttribute !== 'targetingKey' && { by: unitAttribute }),
        version: version as number,
        ...(found && { attributes: found }),
      })
      if (taken === false) told.delete(name)
      else if (taken instanceof Promise) taken.catch(report)
    }
  }

  function report(error: unknown): void {
    try {
      onError(error)
    } catch {
      // Who asked for a value is not the one to tell.
    }
  }
}
