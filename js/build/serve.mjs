import { createHash } from 'node:crypto'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { BuildError } from './command.mjs'
import { labDist } from './paths.mjs'

const CONTENT_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
}

/**
 * Serves the built lab page on this machine only; port 0 takes a free one.
 *
 * `documents` are served beside its files: by path, each a body and its media type.
 */
export function serve(port, documents, folder = labDist) {
  const server = createServer((request, response) => {
    const path = pathOf(request.url)
    const document = documents.get(path)
    const file = document ? undefined : fileOf(folder, path)
    if (!(document || file) || !['GET', 'HEAD'].includes(request.method)) {
      response.writeHead(document || file ? 405 : 404, { 'content-type': 'text/plain' }).end('not here\n')
      return
    }
    if (document) return sendDocument(request, response, document)
    response.writeHead(200, {
      'content-type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
      'content-length': statSync(file).size,
      'cache-control': 'no-cache',
    })
    if (request.method === 'HEAD') response.end()
    else createReadStream(file).pipe(response)
  })
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new BuildError(`cannot listen on port ${port}: ${cause.message}; PORT=… takes another`, { cause }),
      ),
    )
    server.listen(port, '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}/`,
        close() {
          server.close()
          server.closeAllConnections()
        },
      }),
    )
  })
}

function sendDocument(request, response, { type, body }) {
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
  const head = { etag, 'cache-control': 'no-cache' }
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, head).end()
    return
  }
  response.writeHead(200, { ...head, 'content-type': type, 'content-length': body.length })
  response.end(request.method === 'HEAD' ? undefined : body)
}

function pathOf(url) {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname)
  } catch {
    return '\0'
  }
}

function fileOf(folder, path) {
  const file = join(folder, normalize(path.endsWith('/') ? `${path}index.html` : path))
  if (!file.startsWith(folder) || path.includes('\0')) return undefined
  return existsSync(file) && statSync(file).isFile() ? file : undefined
}
