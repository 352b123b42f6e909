import type { Trace } from 'tidegate/studio'

/** A range of buckets that has a meaning: `to` is exclusive. */
export interface Band {
  readonly from: number
  readonly to: number
  /** The variant that it serves; undefined for a holdout and for a part of a layer. */
  readonly variant: string | undefined
  readonly text: string
}

/** A hash that a rule or default takes, and the bands that the bucket is held against. */
export interface Ruler {
  /** Undefined where the evaluator needed no hash any more. */
  readonly bucket: number | undefined
  readonly bands: readonly Band[]
}

/** What the rule or default that decided serves: its hashes in order, and what those outside all bands get. */
export interface Served {
  readonly rulers: readonly Ruler[]
  readonly outside: string | undefined
}

/** Reads the ranges of buckets out of a trace: its steps say where a unit landed, then what that was compared with. */
export function servedBy(trace: Trace): Served {
  const serve = decidedServe(trace)
  const rulers: { bucket: number | undefined; bands: Band[] }[] = []
  for (const { text } of serve?.children ?? []) {
    const range = /buckets ([\d,]+) to ([\d,]+)/.exec(text)
    if (/ hashed with salt /.test(text)) {
      const landed = /lands in bucket ([\d,]+) of /.exec(text)
      rulers.push({ bucket: landed ? number(landed[1]) : undefined, bands: [] })
    } else if (range) {
      const variant = /^(?:arm )?`([^`]+)`/.exec(text)?.[1]
      rulers.at(-1)?.bands.push({ from: number(range[1]), to: number(range[2]) + 1, variant, text })
    }
  }
  const outside = /rollout from `([^`]+)`|`([^`]+)` outside it/.exec(serve?.text ?? '')
  return { rulers, outside: outside?.[1] ?? outside?.[2] }
}

/** The ruler on which the bucket of an answer lies. */
export function rulerAt(trace: Trace | undefined, bucket: number | undefined): Ruler | undefined {
  if (!trace || bucket === undefined) return undefined
  return servedBy(trace).rulers.findLast((ruler) => ruler.bucket === bucket)
}

/** The last rule or default that holds is the one that decided; what a rule serves is its last step. */
function decidedServe(trace: Trace): Trace | undefined {
  const decided = trace.children.findLast(
    ({ text, outcome }) => outcome === 'holds' && /^(rule|default)\b/.test(text),
  )
  return decided?.text.startsWith('rule') ? decided.children.at(-1) : decided
}

function number(text = ''): number {
  return Number(text.replaceAll(',', ''))
}
