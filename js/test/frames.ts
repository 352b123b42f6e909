import { createHash, generateKeyPairSync, sign } from 'node:crypto'

const TYPE = 'application/vnd.tidegate.snapshot'

/** A key of its own, and frames of any payload signed with it, sound or not. */
export function makeSigner() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  const id = createHash('sha512').update(key).digest().subarray(0, 8)
  return {
    trust: `ed25519:${key.toString('base64')}`,
    sign(payload: Uint8Array): Uint8Array<ArrayBuffer> {
      const signed = Buffer.concat([prefix(payload.length), payload])
      return new Uint8Array(
        Buffer.concat([Buffer.from('TGF\x01\x01'), id, sign(null, signed, privateKey), signed]),
      )
    },
  }
}

/** The payload of a frame with one signature. */
export function payloadOf(frame: Uint8Array): Uint8Array {
  const start = 5 + 8 + 64
  for (let length = frame.length; length > 0; length--) {
    if (start + prefix(length).length + length === frame.length) return frame.slice(frame.length - length)
  }
  throw new Error('no frame with one signature')
}

function prefix(length: number): Buffer {
  return Buffer.from(`DSSEv1 ${TYPE.length} ${TYPE} ${length} `)
}
