import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { lab, labDist } from './paths.mjs'

/** Builds the lab page into `www/dist`. */
export async function buildLab() {
  if (!existsSync(join(lab, 'index.html'))) return
  const { build } = await import('vite')
  await build({ root: lab, logLevel: 'warn', build: { outDir: labDist, emptyOutDir: true } })
}
