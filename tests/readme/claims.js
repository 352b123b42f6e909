/** A line that asks something, and says behind `//` what comes of it. */
const TOLD = /^((?:flags|visitor|user)\.\S.*?);?\s+\/\/ (.+)$/gm

const LITERALS = /^'[^']*'(?: \| '[^']*')*/
const MEMBERS = /^\{ (\w+\??(?:, \w+\??)*) \}$/

/** Makes each such line report its value to a function `told`, when its comment is a claim that can be checked. */
export function reportClaims(code) {
  return code.replaceAll(TOLD, (line, expression, comment) =>
    LITERALS.test(comment) || MEMBERS.test(comment)
      ? `told(${expression}, ${JSON.stringify(comment)})`
      : line,
  )
}

/**
 * Why a value is not what a comment claims, or nothing.
 *
 * `'a' | 'b'` claims one of these strings; `{ a, b? }` an object with the member `a`, perhaps `b`, and no other.
 */
export function mismatch(value, comment) {
  const members = membersOf(comment)
  if (!members) {
    const [literals] = LITERALS.exec(comment)
    return literals.split(' | ').includes(`'${value}'`) ? undefined : `it is ${JSON.stringify(value)}`
  }
  const names = members.map((member) => member.replace('?', ''))
  const missing = members.find((member) => !member.endsWith('?') && !(member in value))
  const further = Object.keys(value).find((name) => !names.includes(name))
  if (missing) return `there is no ${missing}`
  return further && `there is ${further} as well`
}

/** The members that a comment like `{ a, b? }` lists. */
export function membersOf(comment) {
  return MEMBERS.exec(comment)?.[1].split(', ')
}
