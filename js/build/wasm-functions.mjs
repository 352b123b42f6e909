import { BuildError } from './command.mjs'

const CUSTOM = 0
const CODE = 10
const DATA = 11
const SECTIONS = {
  1: 'types',
  2: 'imports',
  3: 'signatures',
  5: 'memory',
  6: 'globals',
  7: 'exports',
  10: 'code',
}

/**
 * Where in a WebAssembly module, which imports no function, each function's body, the data and the rest stand.
 *
 * Names come from the name section, which is none of what is returned: a shipped module has none.
 */
export function readModule(bytes) {
  const cursor = { bytes, at: 8 }
  const functions = []
  const sections = []
  let names = new Map()
  let end = bytes.length
  while (cursor.at < bytes.length) {
    const header = cursor.at
    const kind = bytes[cursor.at++]
    const length = number(cursor)
    const start = cursor.at
    if (kind === CODE) {
      for (let count = number(cursor); count > 0; count--) {
        const size = number(cursor)
        functions.push({ start: cursor.at, end: cursor.at + size })
        cursor.at += size
      }
    } else if (kind === CUSTOM && text(cursor) === 'name') {
      names = functionNames(cursor, start + length)
      end = Math.min(end, header)
    }
    if (kind !== CUSTOM)
      sections.push({ name: kind === DATA ? 'data' : SECTIONS[kind], start, end: start + length })
    cursor.at = start + length
  }
  if (names.size === 0) throw new BuildError('expected a module with the names of its functions')
  return {
    functions: functions.map((body, index) => ({ name: names.get(index) ?? `#${index}`, ...body })),
    sections,
    end,
  }
}

function functionNames(cursor, end) {
  const names = new Map()
  while (cursor.at < end) {
    const kind = cursor.bytes[cursor.at++]
    const next = number(cursor) + cursor.at
    if (kind === 1)
      for (let count = number(cursor); count > 0; count--) names.set(number(cursor), text(cursor))
    cursor.at = next
  }
  return names
}

function text(cursor) {
  const length = number(cursor)
  cursor.at += length
  return Buffer.from(cursor.bytes.subarray(cursor.at - length, cursor.at)).toString()
}

/** An unsigned LEB128. */
function number(cursor) {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = cursor.bytes[cursor.at++]
    value += (byte & 127) * 2 ** shift
    if (byte < 128) return value
  }
}
