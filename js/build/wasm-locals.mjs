import { BuildError } from './command.mjs'
import { number, sections } from './wasm-sections.mjs'

/** Instructions by what follows their opcode; all others below `LAST` have nothing. */
const LOCAL = [0x20, 0x21, 0x22]
const BLOCK = [0x02, 0x03, 0x04]
const ONE_NUMBER = [0x0c, 0x0d, 0x10, 0x23, 0x24, 0x3f, 0x40, 0x41, 0x42]
const TABLE = 0x0e
const MEMORY = { first: 0x28, last: 0x3e }
const FLOAT = { 67: 4, 68: 8 }
const PREFIX = 0xfc
const LAST = 0xc4

/** Behind the prefix: how many numbers each has. */
const PREFIXED = [0, 0, 0, 0, 0, 0, 0, 0, undefined, undefined, 2, 1]

/** The type of a block without a result, and those of values. */
const BLOCK_TYPES = [0x40, 0x7f, 0x7e, 0x7d, 0x7c]

/**
 * The functions of a WebAssembly module: for each local that is no parameter its type and number, and where in the bytes
 * that number stands wherever the local is used. Numbers of more than one byte are left out.
 */
export function readLocals(bytes) {
  const parts = sections(bytes)
  const parameters = readParameters(bytes, parts)
  const cursor = { bytes, at: parts.find(({ name }) => name === 'code').start }
  return Array.from({ length: number(cursor) }, (_, index) => {
    const end = number(cursor) + cursor.at
    const locals = readDeclared(cursor, parameters[index])
    while (cursor.at < end) readInstruction(cursor, locals)
    return [...locals.values()]
  })
}

/** How many parameters each function has. */
function readParameters(bytes, parts) {
  const reader = (wanted) => ({ bytes, at: parts.find(({ name }) => name === wanted).start })
  const types = reader('types')
  const counts = Array.from({ length: number(types) }, () => {
    types.at++
    const count = number(types)
    types.at += count
    const results = number(types)
    types.at += results
    return count
  })
  const signatures = reader('signatures')
  return Array.from({ length: number(signatures) }, () => counts[number(signatures)])
}

function readDeclared(cursor, parameters) {
  const locals = new Map()
  let next = parameters
  for (let runs = number(cursor); runs > 0; runs--) {
    const last = next + number(cursor)
    const type = cursor.bytes[cursor.at++]
    for (; next < last; next++) if (next < 128) locals.set(next, { number: next, type, places: [] })
  }
  return locals
}

function readInstruction(cursor, locals) {
  const opcode = cursor.bytes[cursor.at++]
  if (LOCAL.includes(opcode)) {
    const place = cursor.at
    locals.get(number(cursor))?.places.push(place)
  } else if (BLOCK.includes(opcode)) {
    if (BLOCK_TYPES.includes(cursor.bytes[cursor.at])) cursor.at++
    else number(cursor)
  } else if (ONE_NUMBER.includes(opcode)) {
    number(cursor)
  } else if (opcode === TABLE) {
    for (let targets = number(cursor); targets >= 0; targets--) number(cursor)
  } else if (opcode >= MEMORY.first && opcode <= MEMORY.last) {
    number(cursor)
    number(cursor)
  } else if (opcode in FLOAT) {
    cursor.at += FLOAT[opcode]
  } else if (opcode === PREFIX) {
    const count = PREFIXED[number(cursor)]
    if (count === undefined) throw unknown(cursor)
    for (let left = count; left > 0; left--) number(cursor)
  } else if (opcode > LAST || opcode === 0x11 || opcode === 0x1c) {
    throw unknown(cursor)
  }
}

function unknown({ at }) {
  return new BuildError(`an instruction before byte ${at} of the module is one that the build does not know`)
}
