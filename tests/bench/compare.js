/** A ratio may be so many times the committed one before it counts as worse. */
export const WORSE = 1.5

/** The ratios of `found` that are worse than those of `committed`, and what only one of them has, a line each. */
export function compareRatios(found, committed) {
  const lines = []
  for (const [subject, cases] of Object.entries(committed)) {
    for (const [name, before] of Object.entries(cases)) {
      const now = found[subject]?.[name]
      if (!(now > 0)) lines.push(`${subject}, ${name}: no ratio was measured, ${before} is committed`)
      else if (now >= before * WORSE) {
        lines.push(`${subject}, ${name}: ${now.toFixed(2)} × the floor, ${before} × is committed`)
      }
    }
  }
  for (const [subject, cases] of Object.entries(found)) {
    for (const name of Object.keys(cases)) {
      if (committed[subject]?.[name] === undefined) lines.push(`${subject}, ${name}: no ratio is committed`)
    }
  }
  return lines
}

/** The smaller ratios of two runs: what noise worsened once, it rarely worsens twice. */
export function betterOf(one, other) {
  return mapCases(one, (ratio, subject, name) => Math.min(ratio, other[subject][name]))
}

/** As `ratios.json` keeps them. */
export function roundRatios(ratios) {
  return mapCases(ratios, (ratio) => Number(ratio.toPrecision(3)))
}

function mapCases(ratios, change) {
  return Object.fromEntries(
    Object.entries(ratios).map(([subject, cases]) => [
      subject,
      Object.fromEntries(Object.entries(cases).map(([name, ratio]) => [name, change(ratio, subject, name)])),
    ]),
  )
}
