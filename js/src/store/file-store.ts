import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Store } from './store.js'

/**
 * Keeps state in a folder of this machine, in Node, Deno and Bun, in files that only their owner may read.
 *
 * A file is written beside the old one, brought to the disk and then renamed: whoever reads, or comes after a crash, finds all of
 * the old state or all of the new one.
 */
export function fileStore(folder: string): Store {
  const fileOf = (key: string) => join(folder, `${encodeURIComponent(key)}.tidegate`)
  return {
    async read(key) {
      try {
        return await readFile(fileOf(key))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
        return undefined
      }
    },
    async write(key, bytes) {
      await mkdir(folder, { recursive: true })
      const draft = `${fileOf(key)}.${randomUUID()}`
      try {
        const handle = await open(draft, 'wx', 0o600)
        try {
          await handle.writeFile(bytes)
          await handle.sync()
        } finally {
          await handle.close()
        }
        await rename(draft, fileOf(key))
      } catch (error) {
        await rm(draft, { force: true }).catch(() => {})
        throw error
      }
    },
  }
}
