const SECTIONS = {
  0: 'custom',
  1: 'types',
  2: 'imports',
  3: 'signatures',
  5: 'memory',
  6: 'globals',
  7: 'exports',
  10: 'code',
  11: 'data',
}

/** The sections of a WebAssembly module: what each holds, where its header is, and where its content starts and ends. */
export function sections(bytes) {
  const cursor = { bytes, at: 8 }
  const found = []
  while (cursor.at < bytes.length) {
    const header = cursor.at
    const name = SECTIONS[bytes[cursor.at++]]
    const length = number(cursor)
    found.push({ name, header, start: cursor.at, end: cursor.at + length })
    cursor.at += length
  }
  return found
}

/** The LEB128 number at a cursor, as an unsigned one. */
export function number(cursor) {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = cursor.bytes[cursor.at++]
    value += (byte & 127) * 2 ** shift
    if (byte < 128) return value
  }
}
