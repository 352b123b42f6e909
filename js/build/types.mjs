import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { command } from './command.mjs'
import { dist, packageFolder, root } from './paths.mjs'

/** Checks the package's TypeScript and writes its declarations to `dist/types`. */
export async function declareTypes() {
  if (!existsSync(join(packageFolder, 'src', 'entry'))) return
  rmSync(join(dist, 'types'), { recursive: true, force: true })
  await command(
    join(root, 'node_modules', '.bin', 'tsc'),
    [
      ...['--project', packageFolder, '--noEmit', 'false', '--declaration', '--emitDeclarationOnly'],
      ...['--rootDir', join(packageFolder, 'src'), '--outDir', join(dist, 'types')],
    ],
    { quiet: true },
  )
}
