import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { command } from '../../js/build/command.mjs'
import { target } from '../../js/build/paths.mjs'
import { blocksOf } from './markdown.js'

/** Makes the README's project in a folder: its flags, a key, and a signed snapshot for each scope that is asked for. */
export async function openShop(readme, folder) {
  await command('cargo', ['build', '--quiet', '--features', 'cli'])
  const tidegate = (...args) => command(join(target, 'debug', 'tidegate'), args, { cwd: folder, quiet: true })
  await tidegate('init', 'shop')
  await tidegate('keygen', '--out', 'keys')
  for (const text of blocksOf(readme, 'yaml')) {
    const path = join(folder, 'shop', /^# (\S+)\n/.exec(text)[1])
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return {
    trust: readFileSync(join(folder, 'keys', 'tidegate.pub'), 'utf8').trim(),
    async frame(scope) {
      const [project, environment, audience] = scope.split('/')
      const out = join(folder, 'frames', audience)
      mkdirSync(join(folder, 'frames'), { recursive: true })
      await tidegate(
        ...['compile', '--project', project, '--environment', environment, '--audience', audience],
        ...['--key', 'keys/tidegate.key', '--out', out],
      )
      return readFileSync(out)
    },
  }
}

/** Serves a frame on this machine as the file `latest` of a folder. */
export async function serveFrame(frame) {
  const server = createServer((request, response) => {
    const found = request.url === '/flags/latest'
    response.writeHead(found ? 200 : 404).end(found ? frame : undefined)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    source: `http://127.0.0.1:${server.address().port}/flags/`,
    close: () => server.close(),
  }
}
