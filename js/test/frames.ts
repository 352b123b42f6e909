import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/**
 * Writes the three signed documents from their description alone, in `src/trust/FORMAT.md` and `src/snapshot/mod.rs`: a second
 * hand, which the engine's must agree with, and one that forges what the command line tool would refuse to write.
 */

export type Bytes = Uint8Array<ArrayBuffer>
export type Kind = 'root' | 'head' | 'snapshot'

/** A key pair of its own. */
export interface Signer {
  /** What clients trust because of it, as a bare key. */
  readonly trust: string
  /** The public key. */
  readonly key: Bytes
  readonly id: Bytes
  readonly development: boolean
  readonly private: KeyObject
  /** A snapshot's frame, of any payload, sound or not. */
  sign(payload: Uint8Array): Bytes
}

export function makeSigner({ development = false } = {}): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32))
  const signer: Signer = {
    trust: `ed25519${development ? '-dev' : ''}:${Buffer.from(key).toString('base64')}`,
    key,
    id: new Uint8Array(createHash('sha512').update(key).digest().subarray(0, 8)),
    development,
    private: privateKey,
    sign: (payload) => seal('snapshot', payload, signer),
  }
  return signer
}

/** A frame: the payload and a signature by each of the signers, in their order. A signer may stand twice. */
export function seal(kind: Kind, payload: Uint8Array, ...signers: readonly Signer[]): Bytes {
  const type = `application/vnd.tidegate.${signers[0]?.development ? 'dev-' : ''}${kind}`
  const signed = bytesOf(ascii(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload)
  const signatures = signers.flatMap(({ id, private: key }) => [id, sign(null, signed, key)])
  return bytesOf(ascii('TGF\x01'), [signers.length], ...signatures, signed)
}

/** What a head says; numbers may be any that 64 bits hold. */
export interface HeadFields {
  readonly scope: string
  readonly version: number | bigint
  readonly issuedAt: number
  readonly expires: number
  readonly snapshot: {
    readonly version: number | bigint
    readonly length: number
    readonly digest: Uint8Array
    readonly url: string
  }
  readonly minimumVersion?: number | bigint
  readonly rootVersion?: number | bigint
  readonly kills?: readonly string[]
}

export function encodeHead(head: HeadFields): Bytes {
  const { scope, version, issuedAt, expires, snapshot } = head
  const { minimumVersion = 0, rootVersion = 0, kills = [] } = head
  return bytesOf(
    ...[u16(1), short(scope), u64(version), u64(issuedAt), u64(expires)],
    ...[u64(snapshot.version), u32(snapshot.length), snapshot.digest, short(snapshot.url)],
    ...[u64(minimumVersion), u64(rootVersion), u16(kills.length), ...[...kills].sort().map(short)],
  )
}

/** Keys of which so many must sign. */
export interface RoleFields {
  readonly threshold?: number
  readonly signers: readonly Signer[]
}

export interface RootFields {
  readonly project: string
  readonly version: number | bigint
  /** The longest lifetime of a head, in milliseconds. */
  readonly lifetime?: number
  readonly root: RoleFields
  readonly snapshot: RoleFields
  readonly head: RoleFields
}

export function encodeRoot(fields: RootFields): Bytes {
  const { project, version, lifetime = 7 * 86_400_000 } = fields
  const roles = [fields.root, fields.snapshot, fields.head].flatMap(({ threshold = 1, signers }) => [
    [threshold, signers.length],
    ...signers.map(({ key }) => key),
  ])
  return bytesOf(u16(1), short(project), u64(version), u64(lifetime), ...roles)
}

/** What a client pins: a whole root. */
export function trustOf(root: Uint8Array): string {
  return `root:${Buffer.from(root).toString('base64')}`
}

/** The headers of a snapshot's payload. */
export interface HeaderFields {
  readonly version: number | bigint
  readonly issuedAt: number
  readonly notBefore: number
  readonly expires: number
  readonly maxStale: number
  readonly scope: string
  readonly headKeys: readonly Uint8Array[]
}

/** A snapshot's payload with other headers. */
export function withHeader(payload: Uint8Array, changes: Partial<HeaderFields>): Bytes {
  const length = view(payload).getUint32(2, true)
  const header = { ...readHeader(payload.subarray(6, 6 + length)), ...changes }
  const { version, issuedAt, notBefore, expires, maxStale, scope, headKeys } = header
  const moments = [version, issuedAt, notBefore, expires, maxStale].map(u64)
  const written = bytesOf(...moments, short(scope), [headKeys.length], ...headKeys)
  return bytesOf(payload.subarray(0, 2), u32(written.length), written, payload.subarray(6 + length))
}

/** The headers of a snapshot's payload. */
export function headerOf(payload: Uint8Array): HeaderFields {
  return readHeader(payload.subarray(6, 6 + view(payload).getUint32(2, true)))
}

function readHeader(bytes: Uint8Array): HeaderFields {
  const number = (index: number) => Number(view(bytes).getBigInt64(index * 8, true))
  const scopeEnd = 41 + (bytes[40] as number)
  const keys = bytes.subarray(scopeEnd + 1)
  return {
    version: number(0),
    issuedAt: number(1),
    notBefore: number(2),
    expires: number(3),
    maxStale: number(4),
    scope: new TextDecoder().decode(bytes.subarray(41, scopeEnd)),
    headKeys: Array.from({ length: bytes[scopeEnd] as number }, (_, i) => keys.slice(i * 32, i * 32 + 32)),
  }
}

/** The payload of a frame. */
export function payloadOf(frame: Uint8Array): Uint8Array {
  const start = 5 + (frame[4] as number) * 72
  const [prefix = '', , length] =
    /^DSSEv1 \d+ (\S+) (\d+) /.exec(Buffer.from(frame.subarray(start, start + 100)).toString('latin1')) ?? []
  const payload = frame.slice(start + prefix.length)
  if (payload.length !== Number(length)) throw new Error('no frame, or more than one')
  return payload
}

/** What a head says of a snapshot's file. */
export function pointerTo(frame: Uint8Array): HeadFields['snapshot'] {
  const digest = new Uint8Array(createHash('sha512').update(frame).digest())
  const url = `snapshot/${Buffer.from(digest).toString('hex')}`
  return { version: headerOf(payloadOf(frame)).version, length: frame.length, digest, url }
}

/** Documents one behind the other. */
export function bytesOf(...parts: readonly (Uint8Array | readonly number[])[]): Bytes {
  return new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))))
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

function u16(number: number): Bytes {
  return Uint8Array.of(number & 255, number >> 8)
}

function u32(number: number): Bytes {
  return new Uint8Array(Uint32Array.of(number).buffer)
}

function u64(number: number | bigint): Bytes {
  return new Uint8Array(BigInt64Array.of(BigInt.asIntN(64, BigInt(number))).buffer)
}

function short(text: string): Bytes {
  const bytes = new TextEncoder().encode(text)
  return bytesOf([bytes.length], bytes)
}

function ascii(text: string): Bytes {
  return new TextEncoder().encode(text)
}
