import { useEffect, useRef } from 'preact/hooks'
import { type Answer, answers, changedAnswers } from '../state/answers.ts'
import { rulerAt } from '../state/bands.ts'
import { resetFiles } from '../state/files.ts'
import { draft } from '../state/held.ts'
import { traces } from '../state/insight.ts'
import { filter, filtered, select, selected } from '../state/selection.ts'
import { BucketRuler } from './bucket-ruler.tsx'
import { brief } from './text.ts'
import { VariantChip } from './variant-chip.tsx'

/** Every flag with its answer for the context in hand. */
export function FlagList() {
  const rows = filtered.value
  return (
    <section class="panel flags" id="flags" aria-label="Flags" tabIndex={-1}>
      <div class="flags-head">
        <h2>
          Flags{' '}
          <span class="count">
            {rows.length === answers.value.length ? rows.length : `${rows.length} of ${answers.value.length}`}
          </span>
        </h2>
        <input
          type="search"
          placeholder="Filter: key, variant, reason …"
          aria-label="Filter flags"
          value={filter.value}
          onInput={(event) => {
            filter.value = event.currentTarget.value
          }}
        />
      </div>
      {draft.value && (
        <p class="draft-note" role="status">
          <span>
            <b>Edited in this page.</b>{' '}
            {changedAnswers.value === 0
              ? 'No answer changed for this context.'
              : `${changedAnswers.value === 1 ? 'One answer' : `${changedAnswers.value} answers`} changed for this context.`}
          </span>
          <button type="button" onClick={resetFiles}>
            Reset
          </button>
        </p>
      )}
      <ul onKeyDown={walk}>
        {rows.map((answer) => (
          <FlagRow key={answer.key} answer={answer} />
        ))}
      </ul>
      {rows.length === 0 && answers.value.length > 0 && <p class="empty">No flag matches this filter.</p>}
    </section>
  )
}

function FlagRow({ answer: { key, details, before } }: { answer: Answer }) {
  const { bucket } = details.flagMetadata
  const isSelected = selected.value === key
  const row = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isSelected && isSideBySide()) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isSelected])
  return (
    <li ref={row} class={`flag${isSelected ? ' selected' : ''}${before ? ' changed' : ''}`} data-flag={key}>
      <div class="flag-name">
        <button type="button" class="flag-key" aria-pressed={isSelected} onClick={() => choose(key)}>
          {key}
        </button>
        <p class="why">
          <span class="reason">{details.errorCode ?? details.reason}</span> {placeOf(details)}
        </p>
      </div>
      <div class="flag-answer">
        <span>
          <VariantChip flag={key} variant={details.variant} />
          {before && (
            <span class="before">
              was <VariantChip flag={key} variant={before.variant} />
            </span>
          )}
        </span>
        <code class="value" title={brief(details.value)}>
          {brief(details.value)}
        </code>
      </div>
      <div class="flag-bucket">
        <BucketRuler flag={key} bucket={bucket} ruler={rulerAt(traces.value[key], bucket)} />
      </div>
    </li>
  )
}

function choose(key: string): void {
  select(key)
  if (!isSideBySide()) document.querySelector('.details')?.scrollIntoView()
}

/** Whether the window is wide enough for the details to stand beside the list. */
function isSideBySide(): boolean {
  return matchMedia('(min-width: 1100px)').matches
}

/** What decided, in a few words: the rule, and the stage or arm. */
function placeOf({ rule, ruleIndex, arm, flagMetadata }: Answer['details']): string {
  const parts = [
    rule ?? (ruleIndex === undefined ? undefined : `rule ${ruleIndex}`),
    rule === undefined && ruleIndex === undefined ? flagMetadata.exit : undefined,
    flagMetadata.stage && `stage ${flagMetadata.stage}`,
    arm,
  ]
  return parts.filter(Boolean).join(' · ')
}

/** The arrow keys go from flag to flag. */
function walk(event: KeyboardEvent & { currentTarget: HTMLUListElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined) return
  const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('.flag-key')]
  const next = buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
  select(next.textContent ?? '')
}
