/** Remembers texts, the last ones at least, and never more than twice as many. */
export interface Memory {
  /** True when the text was not remembered yet. */
  add(text: string): boolean
  delete(text: string): void
}

/**
 * Starts with nothing. The last `least` texts that were added are always remembered. When so many have come that were not among
 * the newest, all before these are forgotten at once.
 */
export function openMemory(least: number): Memory {
  let newest = new Set<string>()
  let older = newest
  return {
    add(text) {
      if (newest.has(text)) return false
      const isNew = !older.has(text)
      if (newest.size >= least) {
        older = newest
        newest = new Set()
      }
      newest.add(text)
      return isNew
    },
    delete(text) {
      newest.delete(text)
      older.delete(text)
    },
  }
}
