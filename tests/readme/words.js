import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../../js/build/paths.mjs'
import { membersOf } from './claims.js'
import { quoted, rowsBelow } from './markdown.js'

const source = (name) => readFileSync(join(packageFolder, 'src', name), 'utf8')

/** What the README says of the package and is not so: options, entry points, codes, and what `details` and `status` are. */
export function wrongWords(readme, { installed, claims }) {
  return [
    ...optionsWrong(readme),
    ...entriesWrong(readme, installed),
    ...codesWrong(readme),
    ...claimsWrong(claims),
  ]
}

function optionsWrong(readme) {
  const rows = rowsBelow(readme, '| option | meaning |')
  const named = rows.flatMap(([names]) => quoted(names))
  const there = interfaceMembers('types.ts', 'ClientOptions').map((member) => member.replace('?', ''))
  const mentioned = rows.flatMap((cells) => quoted(cells.join('|'))).map((code) => /^\w*/.exec(code)[0])
  return [
    ...named.filter((name) => !there.includes(name)).map((name) => `there is no option ${name}`),
    ...there
      .filter((name) => !mentioned.includes(name))
      .map((name) => `the table leaves out the option ${name}`),
  ]
}

/** Every entry point that is named must be exported, and what it is exported as must be in the packed package. */
function entriesWrong(readme, installed) {
  const { name, exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  const named = quoted(readme).filter((code) => /^tidegate(\/[\w.-]+)?$/.test(code))
  return [...new Set(named)].flatMap((entry) => {
    const exported = exports[entry.replace(name, '.')]
    if (!exported) return [`${entry} is not exported`]
    const files = typeof exported === 'string' ? [exported] : Object.values(exported)
    return files
      .filter((file) => !existsSync(join(installed, file)))
      .map((file) => `${entry} is ${file}, which is not packed`)
  })
}

function codesWrong(readme) {
  const known = readdirSync(join(packageFolder, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map(source)
    .join('')
  // What stands behind `env:` is the name of a variable, and a link names a file.
  const prose = readme.replaceAll(/\]\([^)]*\)/g, ']')
  const codes = new Set(prose.match(/(?<!env:)\b[A-Z]+(?:_[A-Z]+)+\b/g))
  return [...codes].filter((code) => !known.includes(`'${code}'`)).map((code) => `there is no code ${code}`)
}

/** Comments that list members or strings leave none out. */
function claimsWrong(claims) {
  const wrong = []
  const details = interfaceMembers('engine/evaluation.ts', 'EvaluationDetails').toSorted().join()
  const [, status] = /^export type Status = (.+)$/m.exec(source('types.ts'))
  for (const comment of claims) {
    const members = membersOf(comment)
    if (members && members.toSorted().join() !== details) wrong.push(`details() has ${details}`)
    if (comment.includes(' | ') && comment !== status) wrong.push(`status is ${status}`)
  }
  return wrong
}

/** The members of an interface of the package, with `?` behind those that may be left out. */
function interfaceMembers(file, name) {
  const [, body] = new RegExp(`^export interface ${name}\\b[^{]*\\{(.*?)^\\}`, 'ms').exec(source(file))
  return [...body.matchAll(/^ {2}readonly (\w+\??):/gm)].map(([, member]) => member)
}
