import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { root, target } from '../../js/build/paths.mjs'
import { tidegate } from './command.mjs'

/**
 * The tests' own hand at signed documents, `js/test/frames.ts` and what goes with it: written from the description of the
 * formats alone, and willing to sign what the command line tool would not.
 */
const contents = ['frames', 'publisher', 'snapshots'].map((name) => `export * from './${name}.js'`).join('\n')
const folder = join(target, 'faults')
mkdirSync(folder, { recursive: true })
const outfile = join(folder, 'forge.mjs')
await build({
  stdin: { contents, resolveDir: join(root, 'js', 'test') },
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  logLevel: 'warning',
})
process.env.TIDEGATE_BINARY = tidegate
export const {
  NOW,
  bytesOf,
  encodeHead,
  encodeRoot,
  headerOf,
  makeFrame,
  makePublisher,
  makeSigner,
  payloadOf,
  pointerTo,
  seal,
  trustOf,
  withHeader,
} = await import(pathToFileURL(outfile).href)
