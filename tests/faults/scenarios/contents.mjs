import assert from 'node:assert/strict'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { bytesOf, payloadOf, pointerTo, seal } from '../forge.mjs'
import { flag, NOTHING, rules, V2 } from '../scenario.mjs'
import { siege } from '../siege.mjs'
import { DEFAULT } from '../visit.mjs'

const MIB = 1_048_576

/** Far more than is allowed of any document, in few bytes. */
const bombs = {
  br: () => brotliCompressSync(Buffer.alloc(128 * MIB), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  gzip: () => gzipSync(Buffer.alloc(128 * MIB)),
}

/** What documents may hold though they are signed, or what their compression may hide. */
export const contents = [
  {
    name: '1,000 flags with one damaged record',
    expects: { during: `${DEFAULT} ERROR ready`, newcomer: `${DEFAULT} ERROR ready` },
    async run(scenario) {
      const many = {}
      for (let at = 1; at <= 998; at++) many[`flag-${at}`] = flag({ salt: `n${at}`, on: `n${at}` })
      const site = await scenario.site({ flags: rules('v1', many) })
      const visitor = await scenario.visit(site)
      scenario.note('before', visitor)
      const { publisher, files } = site
      const sound = payloadOf(publisher.publish())
      const frame = seal('snapshot', damaged(sound, 'probe'), ...publisher.snapshotSigners)
      const head = publisher.publishHead({ snapshot: pointerTo(frame) })
      files.set(pointerTo(frame).url, frame).set('latest', bytesOf(head, frame))
      await visitor.client.refresh()
      scenario.note('during', visitor)
      const newcomer = await scenario.newcomer(site)
      for (const { client } of [visitor, newcomer]) {
        assert.equal(client.details('probe', DEFAULT).errorCode, 'PARSE_ERROR')
        const all = Object.entries(client.all({}))
        assert.equal(all.length, 999)
        const value = (key) => (key === 'other' ? 'other' : key.replace('flag-', 'n'))
        for (const [key, served] of all) assert.equal(served, value(key))
      }
      publisher.publish({ flags: V2 })
      for (const each of [visitor, newcomer]) {
        await each.client.refresh()
        scenario.note('after', each)
      }
    },
  },
  {
    name: 'decompression bomb refused by the length cap',
    expects: { newcomer: NOTHING, codes: ['LIMIT_EXCEEDED'] },
    async run(scenario) {
      for (const [encoding, pack] of Object.entries(bombs)) {
        const bomb = pack()
        assert.ok(bomb.length < MIB)
        const before = process.memoryUsage().rss
        await siege(
          ({ response }) => {
            response.writeHead(200, { 'content-encoding': encoding }).end(bomb)
          },
          { options: { timeout: 60_000 } },
        )(scenario)
        const grown = process.memoryUsage().rss - before
        assert.ok(
          grown < 512 * MIB,
          `${grown} bytes more, for files of at most 64 MiB, asked for a few times`,
        )
      }
    },
  },
]

/** A payload with the record of one flag overwritten: its layout is in `src/snapshot/mod.rs`. */
function damaged(payload, key) {
  const bytes = Buffer.from(payload)
  let at = 2
  const take = (length) => {
    at += length
    return bytes.subarray(at - length, at)
  }
  const word = () => take(4).readUInt32LE()
  const sized = () => take(word())
  const records = () => {
    const ends = Array.from({ length: word() }, word)
    const content = sized()
    return ends.map((end, index) => content.subarray(ends[index - 1] ?? 0, end))
  }
  sized()
  const keys = sized().toString().split('\n')
  for (const part of [sized, sized, sized, records, records]) part()
  records()[keys.indexOf(key)].fill(255)
  return bytes
}
