import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder, root } from './paths.mjs'

/** Lays what a published package must carry beside it: npm packs no file from a folder above. */
export function layPapers() {
  for (const name of ['README.md', 'LICENSE']) copyFileSync(join(root, name), join(packageFolder, name))
}
