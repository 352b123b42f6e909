import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { examine } from './exam.js'
import { digestChunks } from './million.js'

/** This very process, with the package as its `node` condition resolves it. */
export async function openNode({ folder, index }) {
  const { createClient } = await import(pathToFileURL(join(folder, 'entry.mjs')).href)
  return {
    examine: () => examine(createClient, index),
    digest: (from, to) => digestChunks(createClient, index.million, index.trust.trusted, from, to),
    close: async () => {},
  }
}
