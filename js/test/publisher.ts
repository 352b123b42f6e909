import { createHash } from 'node:crypto'
import {
  type Bytes,
  bytesOf,
  encodeHead,
  type HeaderFields,
  type HeadFields,
  headerOf,
  makeSigner,
  payloadOf,
  pointerTo,
  type Signer,
  seal,
  withHeader,
} from './frames.js'
import { makeFrame, NOW, type Recipe } from './snapshots.js'

export interface PublisherOptions {
  readonly flags: Recipe['flags']
  /** The keys that sign snapshots. */
  readonly snapshot?: readonly Signer[]
  /** The keys that sign heads. */
  readonly head?: readonly Signer[]
  /** The moment at which all is issued; `NOW` unless given. */
  readonly issuedAt?: number
  /** The newest root's version; 0 for a bare key, whose snapshots name the keys of heads. */
  readonly rootVersion?: number
}

/** What a folder has after it was published to, by path. */
export type Files = Map<string, Bytes>

/** One who signs and publishes, by the book unless told otherwise. */
export interface Publisher {
  readonly files: Files
  /** What clients trust: the first key that signs snapshots. */
  readonly trust: string
  snapshotSigners: readonly Signer[]
  headSigners: readonly Signer[]
  rootVersion: number
  /** The newest version of a head and of a snapshot. */
  headVersion: number
  snapshotVersion: number
  /** Publishes rules under the next version: snapshot, head and `latest`. Returns the snapshot's frame. */
  publish(changes?: {
    flags?: Recipe['flags']
    header?: Partial<HeaderFields>
    head?: Partial<HeadFields>
  }): Bytes
  /** Publishes a head alone, as `kill` does. Returns its frame. */
  publishHead(changes?: Partial<HeadFields>): Bytes
}

/** What was compiled, by its recipe: the command line tool takes longer than all the rest. */
const payloads = new Map<string, Uint8Array>()

function compiled(recipe: Recipe): Uint8Array {
  const key = JSON.stringify(recipe)
  const payload = payloads.get(key) ?? payloadOf(makeFrame(recipe))
  payloads.set(key, payload)
  return payload
}

/** Starts with an empty folder. */
export function makePublisher({
  flags,
  snapshot = [makeSigner()],
  head = [makeSigner()],
  issuedAt = NOW,
  rootVersion = 0,
}: PublisherOptions): Publisher {
  const files: Files = new Map()
  let pointer: HeadFields['snapshot']
  let scope: string
  let payload = compiled({ flags, issuedAt })
  const publisher: Publisher = {
    files,
    trust: (snapshot[0] as Signer).trust,
    snapshotSigners: snapshot,
    headSigners: head,
    rootVersion,
    headVersion: 0,
    snapshotVersion: 0,
    publish(changes = {}) {
      if (changes.flags) payload = compiled({ flags: changes.flags, issuedAt })
      publisher.snapshotVersion++
      const headKeys = publisher.rootVersion ? [] : publisher.headSigners.map(({ key }) => key)
      const header = { version: publisher.snapshotVersion, headKeys, ...changes.header }
      const frame = seal('snapshot', withHeader(payload, header), ...publisher.snapshotSigners)
      scope = headerOf(payloadOf(frame)).scope
      pointer = pointerTo(frame)
      files.set(pointer.url, frame)
      files.set('latest', bytesOf(publisher.publishHead({ kills: [], ...changes.head }), frame))
      return frame
    },
    publishHead(changes = {}) {
      publisher.headVersion++
      const fields: HeadFields = {
        scope,
        version: publisher.headVersion,
        issuedAt,
        expires: issuedAt + 86_400_000,
        snapshot: pointer,
        rootVersion: publisher.rootVersion,
        ...changes,
      }
      const frame = seal('head', encodeHead(fields), ...publisher.headSigners)
      files.set('head', frame)
      return frame
    },
  }
  return publisher
}

/** A `fetch` that serves files under any origin, with ETags, and notes the paths that were asked for, in their order. */
export function serving(files: ReadonlyMap<string, Bytes>, folder = '/') {
  const asked: string[] = []
  /** Answers of some paths instead of the files. */
  const instead = new Map<string, () => Response | Promise<Response>>()
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const path = new URL(url).pathname.slice(folder.length)
    asked.push(path)
    const answer = instead.get(path)
    if (answer) return answer()
    const bytes = files.get(path)
    if (!bytes) return new Response('not found', { status: 404 })
    const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`
    if (new Headers(init.headers).get('if-none-match') === etag) return new Response(null, { status: 304 })
    return new Response(bytes, { headers: { etag } })
  }
  return { fetch, asked, instead }
}
