import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BuildError } from './command.mjs'
import { dist, sample } from './paths.mjs'

/** What the sample project says of itself in `tidegate.yaml`. */
const project = 'shop'
const environments = ['production', 'staging']
const audiences = ['client', 'server']

/**
 * Compiles the sample project for each environment and audience, and signs it with a key that is made here and forgotten.
 *
 * Returns what the lab fetches, by path: `/project.json` with the sources and the public key, and the frames.
 */
export async function signSample() {
  const { openStudio } = await import(pathToFileURL(join(dist, 'studio.js')).href)
  const studio = await openStudio()
  const seed = randomBytes(32)
  const files = readFiles()
  const issuedAt = Date.now()
  const documents = new Map()
  let trust
  for (const environment of environments) {
    for (const audience of audiences) {
      // Valid from long ago, because the lab's clock can be turned back.
      const options = { environment, audience, version: issuedAt, issuedAt, notBefore: 0, seed }
      const compiled = studio.compile(files, options)
      if (!compiled.frame) throw new BuildError(describe(compiled.diagnostics))
      trust = compiled.trust
      documents.set(`/snapshots/${environment}/${audience}/latest`, {
        type: 'application/octet-stream',
        body: Buffer.from(compiled.frame),
      })
    }
  }
  documents.set('/project.json', {
    type: 'application/json',
    body: Buffer.from(JSON.stringify({ project, environments, trust, files })),
  })
  return documents
}

function readFiles() {
  return readdirSync(sample, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'README.md')
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: relative(sample, file).split(sep).join('/'),
      text: readFileSync(file, 'utf8'),
    }))
    .sort((one, other) => (one.path < other.path ? -1 : 1))
}

function describe(diagnostics) {
  return diagnostics
    .map(({ file, line, column, severity, message }) => `${file}:${line}:${column}: ${severity}: ${message}`)
    .join('\n')
}
