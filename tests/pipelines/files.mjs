import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../js/build/paths.mjs'

/** The files that the page of pipelines shows, by their names: each is named at the start of the paragraph before it. */
export function filesShown() {
  const page = readFileSync(join(root, 'src', 'cli', 'govern', 'PIPELINES.md'), 'utf8')
  const files = {}
  let name
  for (const [, named, text] of page.matchAll(/^`(\.[\w./-]+\.ya?ml)`|^```yaml\n(.*?)^```$/gms)) {
    if (named) name = named
    else if (name === undefined || name in files) throw new Error(`a file without a name:\n${text}`)
    else files[name] = text
  }
  return files
}
