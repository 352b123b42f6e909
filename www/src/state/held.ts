import { computed, signal } from '@preact/signals'
import { type Client, createClient, type SnapshotInfo, type TidegateError } from 'tidegate'
import { now } from './clock.ts'

/** A verified snapshot and the client that decides by it. */
export interface Held {
  readonly client: Client
  readonly info: SnapshotInfo
  readonly frame: Uint8Array<ArrayBuffer>
  readonly trust: string
  /** The keys of all flags, readable or not. */
  readonly keys: readonly string[]
}

/** What the server of this page serves. */
export const served = signal<Held | undefined>(undefined)

/** What was compiled in this page from edited files. */
export const draft = signal<Held | undefined>(undefined)

/** Why the last snapshot was refused or did not come. */
export const refusal = signal<TidegateError | undefined>(undefined)

/** The snapshot that decides. */
export const held = computed(() => draft.value ?? served.value)

/** Follows the snapshots of a scope; returns what ends that. */
export function follow(scope: string, trust: string): () => void {
  const [, environment, audience] = scope.split('/')
  let frame = new Uint8Array()
  const client = createClient({
    source: new URL(`snapshots/${environment}/${audience}/latest`, document.baseURI),
    scope,
    // The key that signs the sample is made anew whenever the page is served.
    store: false,
    trust,
    now: () => now.peek(),
    // The bytes are kept for explanations; the client verifies its own copy.
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      if (response.status === 200) frame = new Uint8Array(await response.clone().arrayBuffer())
      return response
    },
  })
  client.on('change', (keys) => {
    const info = client.snapshot
    if (!info) return
    served.value = { client, info, frame, trust, keys }
    refusal.value = undefined
  })
  client.on('error', (error) => {
    refusal.value = error
    // What another scope says is no answer for this one.
    if (served.value?.info.scope !== scope) served.value = undefined
  })
  return () => {
    client.close()
    refusal.value = undefined
  }
}

/** Has a client verify a frame that was compiled in this page. Rejects when the client refuses it. */
export async function hold(frame: Uint8Array<ArrayBuffer>, trust: string, scope: string): Promise<Held> {
  const client = createClient({
    bootstrap: frame,
    scope,
    trust,
    allowDevKeys: true,
    refresh: false,
    now: () => now.peek(),
  })
  let keys: readonly string[] = []
  client.on('change', (changed) => {
    keys = changed
  })
  await client.ready()
  const info = client.snapshot
  if (!info) throw new Error('no snapshot is in force')
  return { client, info, frame, trust, keys }
}
