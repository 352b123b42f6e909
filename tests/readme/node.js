import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BuildError, command } from '../../js/build/command.mjs'
import { mismatch, reportClaims } from './claims.js'
import { serveFrame } from './shop.js'

const REPORT = `
const told = (value, comment) => console.log(JSON.stringify({ comment, value }))
`

/** Runs blocks as one module in Node with the installed package, and returns the claims that came true. */
export async function runInNode(blocks, { folder, shop, settings }) {
  const { scope, source, trust } = settings(blocks.join(''))
  const served = await serveFrame(await shop.frame(scope))
  try {
    const code = blocks.map(reportClaims).join('\n').replaceAll(source, served.source)
    writeFileSync(join(folder, 'app.mjs'), REPORT + code.replaceAll(trust, shop.trust))
    const printed = await command(process.execPath, ['app.mjs'], { cwd: folder, quiet: true })
    const told = printed
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    for (const { comment, value } of told) {
      const wrong = mismatch(value, comment)
      if (wrong) throw new BuildError(`README.md says // ${comment}, but ${wrong}`)
    }
    return told
  } finally {
    served.close()
  }
}
