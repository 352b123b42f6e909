import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { target } from './paths.mjs'

/**
 * Does `work` unless it was done before from the same inputs and its outputs are still there.
 *
 * `inputs` are files, whose content counts, and `settings` is anything else that changes the result.
 */
export async function once({ name, inputs, outputs, settings = '' }, work) {
  const path = join(target, 'stamps', name)
  const stamp = fingerprint(inputs, settings)
  if (
    outputs.every((output) => existsSync(output)) &&
    existsSync(path) &&
    readFileSync(path, 'utf8') === stamp
  )
    return
  await work()
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, stamp)
}

function fingerprint(inputs, settings) {
  const hash = createHash('sha256').update(settings)
  for (const input of inputs)
    hash.update(input).update(createHash('sha256').update(readFileSync(input)).digest())
  return hash.digest('hex')
}
