import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { dist } from './paths.mjs'

/** Prints what each shipped module weighs, in bytes: as it is, with gzip, with brotli. */
export function printSizes() {
  const rows = readdirSync(dist)
    .filter((name) => /\.(js|wasm)$/.test(name))
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(dist, name))
      const sizes = [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length]
      return [name, ...sizes.map((size) => size.toLocaleString('en'))]
    })
  for (const row of [['js/dist', 'raw', 'gzip', 'brotli'], ...rows]) {
    console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(20) : cell.padStart(10))).join(''))
  }
}
