import type { Engine } from '../engine/engine.js'
import { TidegateError } from '../error.js'
import type { Store } from '../store/store.js'
import { within } from '../timer.js'

/** Milliseconds by which a slow store may hold up the first answer. */
const GRACE = 1_000

/** What a client keeps in a store. Failures of the store reject nothing: they are reported as `STORE_FAILED`. */
export interface Keeping {
  /** Reads what is kept at once, and applies it after `ready`, with which it rejects. */
  restore(ready: Promise<void>): Promise<void>
  /** Writes what is in force, after applying what others may have written meanwhile. */
  save(): Promise<void>
}

/** Keeps the state of an engine under a key. */
export function openKeeping(
  store: Store,
  key: string,
  engine: Engine,
  timeout: number,
  apply: (state: Uint8Array) => void,
  report: (error: TidegateError) => void,
): Keeping {
  return {
    async restore(ready) {
      const reading = within(GRACE, read())
      reading.catch(() => {})
      await ready
      await reported(async () => {
        const state = await reading
        try {
          if (state) apply(state)
        } catch (error) {
          // What is older than what is in force already, such as a newer bootstrap, is no failure.
          if (!/_ROLLBACK$/.test((error as TidegateError).code)) throw error
        }
      })
    },
    save: () => reported(() => within(timeout, alone(key, write))),
  }

  async function read(): Promise<Uint8Array | undefined> {
    return store.read(key)
  }

  async function write(): Promise<void> {
    const there = await read()
    try {
      if (there) apply(there)
    } catch {
      // What does not hold is written over.
    }
    const state = engine.state()
    if (!there || !equal(state, there)) await store.write(key, state)
  }

  async function reported(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      report(new TidegateError('STORE_FAILED', String(error), error))
    }
  }
}

/** Works while no other tab does, where there are tabs: between reading and writing, nobody else may write. */
function alone(key: string, work: () => Promise<void>): Promise<void> {
  const { locks } = (globalThis.navigator ?? {}) as Partial<Navigator>
  return locks ? locks.request(`tidegate ${key}`, work) : work()
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at])
}
