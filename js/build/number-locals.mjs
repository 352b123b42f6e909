import { readLocals } from './wasm-locals.mjs'
import { sections } from './wasm-sections.mjs'

/** Lengths of the runs of bytes that are compared, as brotli looks for what was there before. */
const LENGTHS = [4, 5, 6, 8, 12]

/** So often all pairs are tried, in some seconds: the first time gains 600 bytes, the second 80, a third none. */
const ROUNDS = 2

/** Entries of a table of hashes, so many that few runs share one. */
const TABLE = 2 ** 20

/**
 * Gives the locals of each function numbers by which brotli finds more of what functions share: a quarter of the shipped
 * bytes say which local is meant, and it means nothing which number a local has.
 *
 * Two locals of one type trade their numbers wherever fewer different runs of bytes are left. The same module gives the
 * same numbers, and stays as long as it was.
 */
export function numberLocals(module) {
  const bytes = Uint8Array.from(module)
  const functions = readLocals(bytes).map((locals) => locals.filter(({ places }) => places.length > 0))
  const code = sections(bytes).find(({ name }) => name === 'code')
  const runs = LENGTHS.map((length) => countRuns(bytes, code, length))
  for (let round = 0; round < ROUNDS; round++) {
    for (const locals of functions) {
      for (const [index, left] of locals.entries()) {
        for (const right of locals.slice(index + 1)) {
          if (left.type === right.type && trade(left, right) > 0) trade(left, right)
        }
      }
    }
  }
  return bytes

  /** Trades the numbers of two locals, and returns by how many different runs there are more then. */
  function trade(left, right) {
    const places = [...left.places, ...right.places]
    let more = 0
    for (const each of runs) more -= each.remove(places)
    const { number } = left
    left.number = right.number
    right.number = number
    for (const local of [left, right]) for (const place of local.places) bytes[place] = local.number
    for (const each of runs) more += each.add(places)
    return more
  }
}

/** Counts the runs of one length by their hashes; `remove` and `add` return how many different ones go or come. */
function countRuns(bytes, code, length) {
  const counts = new Uint32Array(TABLE)
  const last = code.end - length
  const seen = new Uint32Array(bytes.length)
  let turn = 0
  for (let start = code.start; start <= last; start++) counts[hash(start)]++
  return {
    remove: (places) => over(places, (run) => --counts[run] === 0),
    add: (places) => over(places, (run) => counts[run]++ === 0),
  }

  /** For how many of the runs that hold one of the places something is true, each asked once. */
  function over(places, counted) {
    turn++
    let count = 0
    for (const place of places) {
      for (let start = Math.max(code.start, place - length + 1); start <= place; start++) {
        if (seen[start] === turn || start > last) continue
        seen[start] = turn
        if (counted(hash(start))) count++
      }
    }
    return count
  }

  function hash(start) {
    let mixed = 0
    for (let at = start; at < start + length; at++) {
      mixed = Math.imul(mixed ^ bytes[at], 0x9e3779b1)
      mixed ^= mixed >>> 15
    }
    return mixed & (TABLE - 1)
  }
}
