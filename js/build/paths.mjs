import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's top folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** The npm package `tidegate`, and what it publishes. */
export const packageFolder = join(root, 'js')
export const dist = join(packageFolder, 'dist')

/** The lab page, and what it publishes. */
export const lab = join(root, 'www')
export const labDist = join(lab, 'dist')

/** The project that the lab shows. */
export const sample = join(lab, 'flags')

/** Everything that is built, but not shipped. */
export const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target')
