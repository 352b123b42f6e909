/** The table of the README: what was observed in each scenario, by groups. */
export function tableOf(groups, rows) {
  const parts = Object.entries(groups).map(([group, scenarios]) => {
    const lines = scenarios.map(({ name }) => rowOf(rows.get(name)))
    return `\n## ${group}\n\n${HEADER}\n${lines.join('\n')}\n`
  })
  return `${parts.join('')}\n`
}

const HEADER = `| fault | before | during | who comes meanwhile | after | error codes |
| --- | --- | --- | --- | --- | --- |`

function rowOf({ name, before, during, newcomer, after, codes }) {
  const cells = [before, during, newcomer, after].map(cellOf)
  return `| ${[name, ...cells, codes.map((code) => `\`${code}\``).join(' ') || 'none'].join(' | ')} |`
}

function cellOf(shown) {
  if (!shown) return '–'
  const [value, ...rest] = shown.split(' ')
  return `\`${value}\` ${rest.join(' ')}`
}
