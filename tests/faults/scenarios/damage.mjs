import { NOTHING, V2 } from '../scenario.mjs'

/** What may happen to bytes on their way. */
export const damage = [
  {
    name: 'truncated body at every 1/16',
    expects: { newcomer: NOTHING, codes: ['FETCH_FAILED', 'FRAME_TRUNCATED'] },
    async run(scenario) {
      const sixteenths = Array.from({ length: 16 }, (_, at) => at / 16)
      const short = sixteenths.map((part) => cut(part, ({ well }, bytes) => well(() => bytes)))
      const broken = sixteenths.map((part) =>
        cut(part, ({ response, bytes: { length } }, bytes) => {
          response.writeHead(200, { 'content-length': length })
          response.write(bytes, () => response.destroy())
        }),
      )
      await spoilInTurn(scenario, [...short, ...broken])
    },
  },
  {
    name: 'a flipped bit in every byte of head',
    expects: {
      newcomer: NOTHING,
      codes: [
        'FORMAT_UNSUPPORTED',
        'FRAME_MALFORMED',
        'KEY_UNKNOWN',
        'PAYLOAD_TYPE_UNEXPECTED',
        'SIGNATURE_INVALID',
      ],
    },
    run: (scenario) => flipEach(scenario, 'head'),
  },
  {
    name: 'a flipped bit in every byte of a small snapshot',
    expects: {
      newcomer: NOTHING,
      codes: [
        'FORMAT_UNSUPPORTED',
        'FRAME_MALFORMED',
        'FRAME_TRUNCATED',
        'KEY_UNKNOWN',
        'PAYLOAD_TYPE_UNEXPECTED',
        'SIGNATURE_INVALID',
      ],
    },
    run: (scenario) => flipEach(scenario, 'snapshot'),
  },
]

/** Answers with a part of the file, in some way. */
function cut(part, answer) {
  return (request) => {
    if (!request.bytes) return request.well()
    answer(request, request.bytes.subarray(0, Math.floor(request.bytes.length * part)))
  }
}

/** Has somebody meet each fault in all files and then in the snapshot alone, and somebody new each time. */
async function spoilInTurn(scenario, faults) {
  const site = await scenario.site()
  const visitor = await scenario.visit(site)
  scenario.note('before', visitor)
  site.publisher.publish({ flags: V2 })
  for (const pattern of [/./, /^snapshot/]) {
    for (const fault of faults) {
      site.spoil(pattern, fault)
      await visitor.client.refresh()
      scenario.note('during', visitor)
      if (pattern.test('head')) {
        const newcomer = await scenario.newcomer(site)
        newcomer.close()
      }
      site.mend()
    }
  }
  await visitor.client.refresh()
  scenario.note('after', visitor)
}

/** Flips a bit in each byte of a document in turn, wherever it is served. */
async function flipEach(scenario, kind) {
  const site = await scenario.site()
  const visitor = await scenario.visit(site)
  scenario.note('before', visitor)
  const snapshot = site.publisher.publish({ flags: V2 })
  const head = site.files.get('head')
  // `latest` is both, one behind the other.
  const starts = kind === 'head' ? { head: 0, latest: 0 } : { snapshot: 0, latest: head.length }
  const { length } = kind === 'head' ? head : snapshot
  for (let at = 0; at < length; at++) {
    site.spoil(/./, ({ path, well }) => {
      const start = starts[path.split('/')[0]]
      well((bytes) => (start === undefined ? bytes : flipped(bytes, start + at)))
    })
    await visitor.client.refresh()
    scenario.note('during', visitor)
    if (at % 16 === 0) {
      const newcomer = await scenario.newcomer(site)
      newcomer.close()
    }
    site.mend()
  }
  await visitor.client.refresh()
  scenario.note('after', visitor)
}

function flipped(bytes, at) {
  const other = bytes.slice()
  other[at] ^= 1 << (at % 8)
  return other
}
