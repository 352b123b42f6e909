import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { namedRuntime } from './optimise.mjs'
import { target } from './paths.mjs'
import { grouped } from './sizes.mjs'
import { readModule } from './wasm-functions.mjs'

/** What a function belongs to, by its name; the first that fits. */
const PARTS = [
  ['Ed25519', /curve25519|ed25519|subtle|trust::verify|__multi3/],
  ['SHA-512', /sha2|block_buffer|digest::/],
  ['frames and keys', /tidegate::trust|base64ct/],
  ['allocator and vectors', /talc|raw_vec|alloc::vec|__rust_|to_vec|String/],
  ['versions', /engine::version/],
  ['addresses', /engine::address/],
  ['date-times', /engine::datetime/],
  ['patterns', /engine::automaton/],
  ['XXH64', /xxh|twox|engine::bucket/],
  ['check', /engine::(check|ruleset)/],
  ['conditions', /engine::(condition|slots|resource)/],
  ['evaluation', /engine::(evaluat|rollout|experiment)/],
  ['open a snapshot', /snapshot::(Parts|Snapshot|header|are_names)/],
  ['read records', /tidegate::snapshot/],
  ['drop', /drop_in_place/],
  ['core and std', /core|std/],
  ['exports, with what is inlined there', /./],
]

/** Functions that are shown by themselves. */
const MOST = 40

/**
 * Prints where the bytes of the runtime go, by part and by function.
 *
 * A weight in brotli is by how much less the module weighs without those bytes: parts that resemble one another weigh
 * less by this than together, so that the column does not add up.
 */
export async function printParts() {
  const bytes = await namedRuntime(join(target, 'wasm', 'runtime', 'runtime_bg.wasm'))
  const module = readModule(bytes)
  const whole = brotli(bytes.subarray(0, module.end))
  const row = (name, ranges) => ({
    name,
    raw: ranges.reduce((sum, { start, end }) => sum + end - start, 0),
    brotli: whole - brotli(without(bytes.subarray(0, module.end), ranges)),
  })
  const rest = module.sections.filter(({ name }) => name !== 'code' && name !== 'data')
  print([
    row('all', [{ start: 0, end: module.end }]),
    ...PARTS.map(([name]) =>
      row(
        name,
        module.functions.filter((one) => partOf(one.name) === name),
      ),
    ),
    row(
      'data',
      module.sections.filter(({ name }) => name === 'data'),
    ),
    row('types, exports and such', rest),
  ])
  const functions = module.functions.map((one) => row(one.name, [one]))
  print(functions.sort((left, right) => right.raw - left.raw).slice(0, MOST))
}

function partOf(name) {
  return PARTS.find(([, pattern]) => pattern.test(name))[0]
}

function without(bytes, ranges) {
  let at = 0
  const kept = ranges.map(({ start, end }) => {
    const before = bytes.subarray(at, start)
    at = end
    return before
  })
  return Buffer.concat([...kept, bytes.subarray(at)])
}

function brotli(bytes) {
  return bytes.length === 0 ? 0 : brotliCompressSync(bytes).length
}

function print(rows) {
  console.log(`\n${'raw'.padStart(8)}${'brotli'.padStart(8)}`)
  for (const { name, raw, brotli } of rows) {
    console.log(`${grouped(raw).padStart(8)}${grouped(brotli).padStart(8)}  ${shortened(name)}`)
  }
}

/** A name as Rust people read it: without hashes. */
function shortened(name) {
  return name.replace(/(::h[0-9a-f]{16}$)|(\[[0-9a-f]{16}\])/g, '').slice(0, 120)
}
