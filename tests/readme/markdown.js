/** The README's fenced blocks of one language, in order. */
export function blocksOf(markdown, language) {
  const fences = markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)
  return [...fences].filter(([, found]) => found === language).map(([, , text]) => text)
}

/** The rows below a table's head: the source text of each one's cells. */
export function rowsBelow(markdown, head) {
  const lines = markdown.split('\n')
  const from = lines.indexOf(head) + 2
  const rows = lines.slice(from, lines.indexOf('', from))
  if (from < 2 || rows.length === 0) throw new Error(`no table with the head ${head}`)
  return rows.map((row) => row.split('|').slice(1, -1))
}

/** What stands between backticks outside of fenced blocks. */
export function quoted(markdown) {
  return [...markdown.replaceAll(/^```.*?^```$/gms, '').matchAll(/`([^`]+)`/g)].map(([, code]) => code)
}
