import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { dist } from './paths.mjs'

/** Prints what each shipped module weighs, in bytes: as it is, with gzip, with brotli; entries with their chunks. */
export function printSizes() {
  const rows = readdirSync(dist)
    .filter((name) => /\.(js|wasm)$/.test(name) && !name.startsWith('chunk-'))
    .sort()
    .map((name) => [name, ...weigh(filesOf(name)).map((size) => size.toLocaleString('en'))])
  for (const row of [['js/dist', 'raw', 'gzip', 'brotli'], ...rows]) {
    console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(20) : cell.padStart(10))).join(''))
  }
}

/** A module and the chunks that come with it. */
function filesOf(name, found = new Set()) {
  if (found.has(name)) return found
  found.add(name)
  if (name.endsWith('.js')) {
    for (const [chunk] of readFileSync(join(dist, name), 'utf8').matchAll(/chunk-\w+\.js(?=["'])/g))
      filesOf(chunk, found)
  }
  return found
}

function weigh(names) {
  const files = [...names].map((name) => readFileSync(join(dist, name)))
  return [(bytes) => bytes, (bytes) => gzipSync(bytes, { level: 9 }), brotliCompressSync].map((pack) =>
    files.reduce((sum, bytes) => sum + pack(bytes).length, 0),
  )
}
