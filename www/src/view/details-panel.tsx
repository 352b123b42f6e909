import type { ComponentChildren } from 'preact'
import { flagFile } from '../project.ts'
import { now } from '../state/clock.ts'
import { edits, headOf } from '../state/files.ts'
import { selected, selectedAnswer, type Tab, tab } from '../state/selection.ts'
import { Explanation } from './explanation.tsx'
import { SourcePanel } from './source-panel.tsx'
import { moment, span } from './text.ts'
import { VariantChip } from './variant-chip.tsx'

const tabs: readonly { readonly id: Tab; readonly name: string }[] = [
  { id: 'why', name: 'Why' },
  { id: 'source', name: 'Source' },
  { id: 'users', name: 'Users' },
]

/** All about the selected flag. */
export function DetailsPanel({ users }: { users: ComponentChildren }) {
  const key = selected.value
  if (key === undefined) return <section class="panel details" aria-label="Details" />
  const head = headOf(flagFile(key))
  const answer = selectedAnswer.value
  return (
    <section class="panel details" aria-label={`Details of ${key}`}>
      <div class="details-head">
        <button type="button" class="link back" onClick={goToFlags}>
          All flags ↑
        </button>
        <h2>
          <span class="mono">{key}</span>
          {answer && <VariantChip flag={key} variant={answer.details.variant} />}
          {answer?.before && (
            <span class="before">
              was <VariantChip flag={key} variant={answer.before.variant} />
            </span>
          )}
        </h2>
        {head.description && <p class="about">{head.description}</p>}
        <p class="meta">{[head.type, head.owner && `owned by ${head.owner}`].filter(Boolean).join(' · ')}</p>
        {answer ? <Facts /> : <p class="meta">This flag is not in the snapshot for this audience.</p>}
      </div>
      <div class="tabs" role="tablist" aria-label="Details" onKeyDown={walk}>
        {tabs.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-controls="tab-panel"
            aria-selected={tab.value === id}
            tabIndex={tab.value === id ? 0 : -1}
            onClick={() => {
              tab.value = id
            }}
          >
            {name}
            {id === 'source' && edits.value[flagFile(key)] !== undefined && (
              <span class="dot" title="edited" />
            )}
          </button>
        ))}
      </div>
      <div class="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tab.value}`}>
        {tab.value === 'why' && <Explanation />}
        {tab.value === 'source' && <SourcePanel />}
        {tab.value === 'users' && users}
      </div>
    </section>
  )
}

function Facts() {
  const details = selectedAnswer.value?.details
  if (!details) return null
  const { exit, stage, unitAttribute, bucket, dependsOnTime, nextChangeAt } = details.flagMetadata
  const facts: [string, ComponentChildren][] = [
    ['Value', <code key="value">{JSON.stringify(details.value, null, 1)}</code>],
    ['Reason', `${details.reason}${exit ? ` (${exit})` : ''}`],
  ]
  if (details.errorCode) facts.push(['Error', `${details.errorCode}: ${details.errorMessage}`])
  if (details.ruleIndex !== undefined)
    facts.push(['Rule', `${details.ruleIndex}${details.rule ? ` · ${details.rule}` : ''}`])
  if (stage !== undefined) facts.push(['Stage', stage])
  if (details.arm) facts.push(['Arm', details.arm])
  if (bucket !== undefined)
    facts.push(['Bucket', `${bucket.toLocaleString('en')}${unitAttribute ? ` by ${unitAttribute}` : ''}`])
  facts.push(['Next change', nextChange(dependsOnTime, nextChangeAt)])
  return (
    <dl class="answer-facts">
      {facts.map(([name, value]) => (
        <div key={name} class={isWide(name, details.value) ? 'wide' : ''}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function nextChange(dependsOnTime: boolean | undefined, at: number | undefined): ComponentChildren {
  if (!dependsOnTime) return 'does not depend on time'
  if (at === undefined) return 'never, by time alone'
  return <time dateTime={new Date(at).toISOString()}>{`${span(at, now.value)}, ${moment(at)}`}</time>
}

function isWide(name: string, value: unknown): boolean {
  return name === 'Value' && (JSON.stringify(value)?.length ?? 0) > 18
}

/** For windows in which the details stand below the list. */
function goToFlags(): void {
  const flags = document.getElementById('flags')
  flags?.scrollIntoView()
  flags?.focus({ preventScroll: true })
}

/** The arrow keys go from tab to tab. */
function walk(event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
  if (step === undefined) return
  const at = tabs.findIndex(({ id }) => id === tab.value) + step
  const next = tabs[(at + tabs.length) % tabs.length]
  if (!next) return
  event.preventDefault()
  tab.value = next.id
  document.getElementById(`tab-${next.id}`)?.focus()
}
