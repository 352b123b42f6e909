import type { Trace } from 'tidegate/studio'
import { rulerAt, servedBy } from '../state/bands.ts'
import { insightProblem, selectedTrace } from '../state/insight.ts'
import { selected, selectedAnswer } from '../state/selection.ts'
import { BucketRuler } from './bucket-ruler.tsx'
import { Marked } from './marked.tsx'
import { VariantChip } from './variant-chip.tsx'

const signs = { holds: '✓', fails: '✕', 'not-reached': '·', info: '–' } as const
const words = { holds: 'holds', fails: 'fails', 'not-reached': 'not reached', info: 'fact' } as const

/** Why the selected flag is answered as it is, step by step. */
export function Explanation() {
  const trace = selectedTrace.value
  const key = selected.value
  if (insightProblem.value !== undefined)
    return (
      <p class="problem" role="alert">
        {insightProblem.value}
      </p>
    )
  if (!trace || key === undefined) return <p class="empty">Loading the studio …</p>
  return (
    <>
      <Rulers flag={key} trace={trace} />
      <ol class="trace">
        {trace.children.map((child, at) => (
          <Step key={`${key} ${at}`} trace={child} />
        ))}
      </ol>
    </>
  )
}

function Rulers({ flag, trace }: { flag: string; trace: Trace }) {
  const bucket = selectedAnswer.value?.details.flagMetadata.bucket
  const decided = rulerAt(trace, bucket)
  const { outside } = servedBy(trace)
  if (bucket === undefined) return null
  return (
    <div class="ruler-box">
      <BucketRuler flag={flag} bucket={bucket} ruler={decided} scale />
      <p class="legend">
        {decided?.bands.map(({ text, variant, from, to }) => (
          <span key={text}>
            {variant === undefined ? (
              <span class="chip tone-part">{text.split(':')[0]}</span>
            ) : (
              <VariantChip flag={flag} variant={variant} />
            )}{' '}
            {((to - from) / 1_000).toFixed(3).replace(/\.?0+$/, '')} %{/control/.test(text) && ' control'}
          </span>
        ))}
        {outside !== undefined && (
          <span>
            <VariantChip flag={flag} variant={outside} /> the rest
          </span>
        )}
      </p>
    </div>
  )
}

function Step({ trace: { text, outcome, children } }: { trace: Trace }) {
  const line = (
    <span class="step-text">
      <span class="sign" aria-hidden="true">
        {signs[outcome]}
      </span>
      <span class="hidden">{words[outcome]}: </span>
      <span>
        <Marked text={text} />
      </span>
    </span>
  )
  if (children.length === 0) return <li class={`step ${outcome}`}>{line}</li>
  return (
    <li class={`step ${outcome}`}>
      <details open={outcome !== 'not-reached'}>
        <summary>{line}</summary>
        <ol>
          {children.map((child, at) => (
            <Step key={at} trace={child} />
          ))}
        </ol>
      </details>
    </li>
  )
}
