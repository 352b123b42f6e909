import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { examine } from './exam.js'
import { digestChunks } from './million.js'

/** This very process, with the package as its `node` condition resolves it. */
export async function openNode({ folder, index }) {
  const entry = join(folder, 'entry.mjs')
  writeFileSync(entry, `export { createClient } from 'tidegate'\n`)
  const { createClient } = await import(pathToFileURL(entry).href)
  return {
    examine: () => examine(createClient, index),
    digest: (from, to) => digestChunks(createClient, index.million, index.trust.trusted, from, to),
    close: async () => {},
  }
}
