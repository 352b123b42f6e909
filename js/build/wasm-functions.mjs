import { BuildError } from './command.mjs'
import { number, sections } from './wasm-sections.mjs'

/**
 * Where in a WebAssembly module, which imports no function, each function's body, the data and the rest stand.
 *
 * Names come from the name section, which is none of what is returned: a shipped module has none.
 */
export function readModule(bytes) {
  const functions = []
  let names = new Map()
  let end = bytes.length
  const parts = sections(bytes)
  for (const part of parts) {
    const cursor = { bytes, at: part.start }
    if (part.name === 'code') {
      for (let count = number(cursor); count > 0; count--) {
        const size = number(cursor)
        functions.push({ start: cursor.at, end: cursor.at + size })
        cursor.at += size
      }
    } else if (part.name === 'custom' && text(cursor) === 'name') {
      names = functionNames(cursor, part.end)
      end = Math.min(end, part.header)
    }
  }
  if (names.size === 0) throw new BuildError('expected a module with the names of its functions')
  return {
    functions: functions.map((body, index) => ({ name: names.get(index) ?? `#${index}`, ...body })),
    sections: parts.filter(({ name }) => name !== 'custom'),
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
