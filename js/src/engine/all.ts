/** Makes an object of values by key out of the packed answers of all flags. */
export type Collect = (answers: Int32Array) => Record<string, unknown>

/** Starts for flags of which `valueFor` gives the value behind an answer, undefined for one that cannot be read. */
export function openCollect(
  keys: readonly string[],
  valueFor: (number: number, answer: number) => unknown,
): Collect {
  // What answers alike is not written again, and engines copy a whole object faster than they fill a new one.
  const values: Record<string, unknown> = Object.fromEntries(keys.map((key) => [key, null]))
  const last = new Int32Array(keys.length).fill(-1)
  const unreadable = new Set<string>()
  return (answers) => {
    let changed = false
    for (let number = 0; number < keys.length; number++) {
      const answer = answers[number] as number
      // From the first change on all are written: to guess which ones changed costs processors more.
      changed ||= answer !== last[number]
      if (changed) {
        const key = keys[number] as string
        const value = valueFor(number, answer)
        if (value === undefined) unreadable.add(key)
        else if (unreadable.size > 0) unreadable.delete(key)
        values[key] = value
        last[number] = answer
      }
    }
    const copy = { ...values }
    for (const key of unreadable) delete copy[key]
    return copy
  }
}
