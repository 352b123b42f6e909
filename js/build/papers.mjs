import { copyFileSync, cpSync } from 'node:fs'
import { join } from 'node:path'
import { dist, packageFolder, root } from './paths.mjs'

/**
 * Lays what a published package must carry beside it, as npm packs no file from a folder above: README, licence, and the
 * JSON Schemas with which editors check flags.
 */
export function layPapers() {
  for (const name of ['README.md', 'LICENSE']) copyFileSync(join(root, name), join(packageFolder, name))
  cpSync(join(root, 'src', 'model', 'schema'), join(dist, 'schema'), { recursive: true })
}
