/** Returns numbers from 0 up to 1, the same for the same seed on every machine. */
export type Random = () => number

/** A source of numbers for one user: mulberry32, seeded by FNV-1a of the crowd's seed and the user's position. */
export function randomFor(seed: string, user: number): Random {
  let state = 0x811c9dc5
  for (const unit of `${seed}:${user}`) state = Math.imul(state ^ (unit.codePointAt(0) ?? 0), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
