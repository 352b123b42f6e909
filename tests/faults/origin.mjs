import { createHash } from 'node:crypto'
import { createServer } from 'node:http'

/**
 * Serves files, a `Map` by path, on this machine, with ETags and as they are at that moment.
 *
 * `spoil` has requests whose path matches answered by somebody else, who gets the request, the response, and what would answer
 * them well; `mend` ends that. `asked` has all paths that were asked for.
 */
export async function openOrigin(files) {
  const asked = []
  let spoiled = []
  const server = createServer((request, response) => {
    const path = request.url.slice('/flags/'.length)
    asked.push(path)
    const bytes = files.get(path)
    const well = (change = (bytes) => bytes) => answer(request, response, bytes, change)
    const fault = spoiled.find(({ pattern }) => pattern.test(path))
    if (fault) fault.handle({ request, response, path, bytes, well })
    else well()
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  return {
    port,
    source: `http://127.0.0.1:${port}/flags/`,
    asked,
    spoil: (pattern, handle) => spoiled.push({ pattern, handle }),
    mend() {
      spoiled = []
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What was changed on its way comes with the ETag of what it was, as from a cache that went wrong. */
function answer(request, response, bytes, change) {
  if (!bytes) return response.writeHead(404).end('not found')
  const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`
  if (request.headers['if-none-match'] === etag) return response.writeHead(304, { etag }).end()
  response.writeHead(200, { etag, 'content-type': 'application/vnd.tidegate.frame' }).end(change(bytes))
}
