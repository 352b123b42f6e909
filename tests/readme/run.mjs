import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BuildError, main } from '../../js/build/command.mjs'
import { root, target } from '../../js/build/paths.mjs'
import { installPackedPackage } from '../hosts/prepare.js'
import { blocksOf } from './markdown.js'
import { runInNode } from './node.js'
import { openShop } from './shop.js'
import { wrongWords } from './words.js'
import { runInWorkerd } from './worker.js'

// node tests/readme/run.mjs: every `js` block of the README through the packed npm package, which must be built, and a
// snapshot of the flag that the README shows. The other blocks are run by `main.rs` beside this file.
await main(async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const folder = join(target, 'readme')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await installPackedPackage(folder)
  const place = { folder, shop: await openShop(readme, folder), settings: settingsIn }

  const blocks = blocksOf(readme, 'js')
  const workers = blocks.filter((block) => block.includes('export default'))
  const scripts = blocks.filter((block) => !workers.includes(block))
  if (workers.length === 0 || scripts.length === 0) throw new BuildError('the README shows no JavaScript')

  const claims = await runInNode(scripts, place)
  const wrong = wrongWords(readme, {
    installed: join(folder, 'node_modules', 'tidegate'),
    claims: claims.map(({ comment }) => comment),
  })
  if (wrong.length > 0) throw new BuildError(`README.md is wrong:\n${wrong.join('\n')}`)
  let checks = claims.length
  for (const worker of workers) checks += await runInWorkerd(worker, place)
  console.log(`${checks} checks of ${blocks.length} blocks`)
})

/** What a block's `createClient` is given: what a test must stand in for. */
function settingsIn(code) {
  const setting = (name) => {
    const found = new RegExp(`^ *${name}: '([^']+)',$`, 'm').exec(code)
    if (!found) throw new BuildError(`a block of the README has no ${name}`)
    return found[1]
  }
  return { scope: setting('scope'), source: setting('source'), trust: setting('trust') }
}
