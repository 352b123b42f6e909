import { BROWSER_SUM, budgets, grouped, TOLERANCE } from './sizes.mjs'

const START = '<!-- npm run size -- --write -->'
const END = '<!-- end -->'

/** The sizes as a table in Markdown; what has a budget shows it. */
export function sizeTable(rows) {
  const lines = rows.map(({ name, minified, gzip, brotli }) => {
    const budget = name === BROWSER_SUM ? sum(Object.values(budgets)) : budgets[name]
    const cells = [`\`${name}\``, ...[minified, gzip, brotli].map(grouped), budget ? grouped(budget) : '']
    return `| ${cells.join(' | ')} |`
  })
  return [
    '| file | minified | gzip | brotli | budget |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...lines,
  ].join('\n')
}

/** The text with the table between its markers. */
export function withTable(text, rows) {
  const { before, after } = split(text)
  return `${before}${START}\n${sizeTable(rows)}\n${END}${after}`
}

/** What a text's table says otherwise than the rows, as sentences; figures within the tolerance are the same. */
export function differences(text, rows) {
  const written = figures(split(text).table)
  const measured = figures(sizeTable(rows))
  const names = new Set([...written.keys(), ...measured.keys()])
  return [...names].flatMap((name) => {
    const [says, is] = [written.get(name), measured.get(name)]
    if (!says) return [`${name} is missing`]
    if (!is) return [`${name} is not built`]
    const same = is.every((figure, column) => Math.abs(figure - (says[column] ?? Number.NaN)) <= TOLERANCE)
    return same ? [] : [`${name} is ${is.map(grouped).join(', ')}, not ${says.map(grouped).join(', ')}`]
  })
}

function split(text) {
  const [start, end] = [text.indexOf(START), text.indexOf(END)]
  if (start < 0 || end < start) throw new Error(`expected ${START} and, behind it, ${END}`)
  return {
    before: text.slice(0, start),
    table: text.slice(start + START.length, end),
    after: text.slice(end + END.length),
  }
}

function figures(table) {
  const rows = [...table.matchAll(/^\| `(.+?)` \|(.*)\|$/gm)]
  return new Map(
    rows.map(([, name, cells]) => [
      name,
      cells
        .split('|')
        .map((cell) => cell.trim().replaceAll(',', ''))
        .filter((cell) => cell !== '')
        .map(Number),
    ]),
  )
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}
