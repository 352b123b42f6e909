import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../js/build/paths.mjs'

const schemas = join(root, 'src', 'model', 'schema')

/** Writes the dictionary of a name into a folder and returns its path; what people write has the words of the schemas too. */
export function dictionaryIn(folder, name) {
  const own = readFileSync(join(import.meta.dirname, 'dictionaries', `${name}.dict`), 'utf8')
  const path = join(folder, 'dictionary')
  writeFileSync(path, name === 'model' ? own + wordsOfSchemas().join('\n') : own)
  return path
}

/** Every key of the language, as `"key: "`, and every word that a key may have. */
function wordsOfSchemas() {
  const words = new Set()
  const collect = (value) => {
    if (typeof value !== 'object' || value === null) return
    for (const key of Object.keys(value.properties ?? {})) words.add(`${key}: `)
    if (Array.isArray(value.enum)) for (const word of value.enum) words.add(String(word))
    Object.values(value).forEach(collect)
  }
  for (const file of readdirSync(schemas)) collect(JSON.parse(readFileSync(join(schemas, file), 'utf8')))
  return [...words].filter((word) => /^[ -~]+$/.test(word)).map((word) => JSON.stringify(word))
}
