/** A context as vectors write it, with the values that JSON lacks. */
export function readContext(written) {
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, readValue(value)]))
}

function readValue(written) {
  if (Array.isArray(written)) return written.map(readValue)
  if (typeof written !== 'object' || written === null) return written
  const [name] = Object.keys(written)
  return name in special ? special[name](written[name]) : readContext(written)
}

const special = Object.assign(Object.create(null), {
  $undefined: () => undefined,
  $function: () => () => 1,
  $symbol: () => Symbol('vector'),
  $number: Number,
  $date: (moment) => new Date(moment ?? Number.NaN),
  $bigint: BigInt,
  $utf16: (units) => String.fromCharCode(...units),
  $repeat: ([part, times]) =>
    typeof part === 'string'
      ? part.repeat(times)
      : Array.from({ length: times }, () => part.map(readValue)).flat(),
  $concat: (parts) => parts.map(readValue).join(''),
})
