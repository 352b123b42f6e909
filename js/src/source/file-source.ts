import { open } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import type { Source } from './source.js'

/** Published files in a folder of this machine, in Node, Deno and Bun. */
export function fileSource(folder: string): Source {
  return {
    loopback: true,
    async read(path, { signal, etag: known, limit }) {
      // A head must not name what lies elsewhere.
      const file = resolve(folder, path)
      if (!file.startsWith(resolve(folder) + sep)) throw new Error(`${path} leads out of the folder`)
      const handle = await open(file).catch(orMissing)
      if (!handle) return { status: 'missing' }
      try {
        const { ino, size, mtimeMs } = await handle.stat()
        const etag = `${ino}-${size}-${mtimeMs}`
        if (etag === known) return { status: 'unchanged' }
        if (size > limit) throw new Error(`${path} has ${size} bytes`)
        return { status: 'fresh', bytes: await handle.readFile({ signal }), etag }
      } finally {
        await handle.close()
      }
    },
  }
}

function orMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
}
