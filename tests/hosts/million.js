/** Decides the units of some chunks and returns a digest for each; `tests/vectors/README.md` says how units are made. */
export async function digestChunks(createClient, million, trust, from, to) {
  const { frame, scope, now, units, chunk } = million
  const client = createClient({ bootstrap: frame, scope, trust, now: () => now })
  await client.ready()
  const digests = []
  for (let number = from; number < to; number++) {
    const end = Math.min((number + 1) * chunk, units)
    digests.push(digestUnits(client, million, number * chunk, end))
  }
  client.close()
  return digests
}

/** The digest over the digests of all chunks. */
export function digestAll(digests) {
  const digest = openDigest()
  for (const text of digests) {
    digest.add(Number.parseInt(text.slice(0, 8), 16))
    digest.add(Number.parseInt(text.slice(8), 16))
  }
  return digest.text()
}

function digestUnits(client, { flags, variants, defaults, countries, accents, emoji }, from, to) {
  const digest = openDigest()
  for (let index = from; index < to; index++) {
    const context = { country: countries[index % 4], targetingKey: drawUnit(index, accents, emoji) }
    const user = client.bind(context)
    for (let flag = 0; flag < flags.length; flag++) {
      const { variant, flagMetadata } = user.details(flags[flag], defaults[flag])
      digest.add(variants[flag].indexOf(variant))
      digest.add(exits.indexOf(flagMetadata.exit))
      digest.add(flagMetadata.bucket ?? 0xffffffff)
    }
  }
  return digest.text()
}

const exits =
  'static default target rule split ring rollout experiment holdout killed disabled expired prerequisite unit-missing unreadable'.split(
    ' ',
  )

/** Two hashes over words, as FNV-1a with two primes. */
function openDigest() {
  let one = 2_166_136_261
  let other = 2_654_435_769
  return {
    add(word) {
      one = Math.imul(one ^ word, 16_777_619)
      other = Math.imul(other ^ word, 2_246_822_519)
    },
    text: () => [one, other].map((hash) => (hash >>> 0).toString(16).padStart(8, '0')).join(''),
  }
}

/** Unit `index`; undefined when it has none. */
function drawUnit(index, accents, emoji) {
  const { next, below } = openGenerator(index)
  const times = (most, piece) => Array.from({ length: 1 + below(most) }, piece).join('')
  const point = (first, count) => () => String.fromCodePoint(first + below(count))
  const kind = below(16)
  if (kind < 5) return times(24, point(0x20, 95))
  switch (kind) {
    case 5:
      return times(12, () => accents[below(accents.length)])
    case 6:
      return times(8, point(0x4e00, 20_902))
    case 7:
      return times(4, () => emoji[below(emoji.length)])
    case 8:
      return times(6, () => String.fromCharCode(below(2) === 0 ? 0x61 + below(26) : 0xd800 + below(2_048)))
    case 9:
      return times(16, () => String.fromCharCode(below(65_536)))
    case 10:
      return below(2_147_483_648) - 1_073_741_824
    case 11: {
      const number = below(4_194_304) * 4_294_967_296 + next()
      return below(2) === 1 ? -number : number
    }
    case 12:
      return below(1_000_000) / 8
    case 13:
      return ['', undefined, ' ', true][below(4)]
    case 14:
      return String.fromCharCode(0x21 + below(94)).repeat(1_024)
    default:
      return below(2) === 0 ? String(next()) : Array.from({ length: 341 }, point(0x3041, 86)).join('')
  }
}

/** The generator of one unit: Mulberry32. */
function openGenerator(index) {
  let state = Math.imul(0x9e3779b9, index + 1)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return { next, below: (limit) => next() % limit }
}
