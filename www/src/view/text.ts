const whole = new Intl.NumberFormat('en')
const moments = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const spans = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

export function grouped(number: number): string {
  return whole.format(number)
}

/** A part of a whole as percent, with one decimal. */
export function percent(part: number, whole: number): string {
  return `${(whole > 0 ? (part / whole) * 100 : 0).toFixed(1)} %`
}

export function moment(ms: number): string {
  return moments.format(ms)
}

/** How far a moment is from another: `in 3 days`. */
export function span(ms: number, from: number): string {
  const distance = ms - from
  const [unit, length] = units.find(([, size]) => Math.abs(distance) >= size) ?? units[3]
  return spans.format(Math.trunc(distance / length), unit)
}

/** A value on one line. */
export function brief(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value)
}
