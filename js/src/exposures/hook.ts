import type { PackedContext } from '../engine/context.js'

/** Asks an engine for the value of a flag, or for its details. */
export type Ask = (
  key: string,
  defaultValue: unknown,
  context: unknown,
  packed: PackedContext | undefined,
  detailed?: boolean,
) => unknown

/**
 * Stands between a client and its engine, to see what is read; `exposures` of `tidegate/exposures` makes one. It is called when a
 * client is made, with what answers and the client's clock, and what it returns answers from then on: without one, nothing is
 * between.
 */
export type ExposureHook = (ask: Ask, now: () => number) => Ask
