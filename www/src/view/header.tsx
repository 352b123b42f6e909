import { now } from '../state/clock.ts'
import { isEdited } from '../state/files.ts'
import { draft, held, refusal } from '../state/held.ts'
import { scope } from '../state/place.ts'
import { moment, span } from './text.ts'

/** What is in force, who signed it, and whether it may be relied on. */
export function Header() {
  const current = held.value
  return (
    <header class="top">
      <h1>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M1 11q3.5-6 7 0t7 0" />
          <path d="M3 2v5M8 2v4M13 2v5" />
        </svg>
        Tidegate <span>cohort lab</span>
      </h1>
      <Verdict />
      {current && (
        <dl class="facts" aria-label="Snapshot">
          <Fact name="Scope" value={current.info.scope} mono />
          <Fact name="Version" value={draft.value ? 'draft' : String(current.info.version)} mono />
          <Fact name="Signed by" value={shortKey(current.trust)} title={current.trust} mono />
          <Fact
            name="Expires"
            value={span(current.info.expires, now.value)}
            title={moment(current.info.expires)}
          />
        </dl>
      )}
    </header>
  )
}

function Verdict() {
  const error = refusal.value
  const current = held.value
  if (error)
    return (
      <p class="verdict refused" role="alert">
        <b>{current ? 'Not refreshed' : 'Refused'}</b> <code>{error.message}</code>
      </p>
    )
  if (!current)
    return (
      <p class="verdict" role="status">
        Fetching {scope.value ?? 'the project'} …
      </p>
    )
  if (now.value >= current.info.expires)
    return (
      <p class="verdict warned" role="status">
        <b>Stale</b> expired at this moment, still serving
      </p>
    )
  return (
    <p class="verdict verified" role="status">
      <b>Verified</b>{' '}
      {isEdited.value && draft.value ? 'built and signed in this page' : 'signature checked in this page'}
    </p>
  )
}

function Fact(props: { name: string; value: string; title?: string; mono?: boolean }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd class={props.mono ? 'mono' : ''} title={props.title ?? props.value}>
        {props.value}
      </dd>
    </div>
  )
}

function shortKey(trust: string): string {
  const [kind = '', key = ''] = trust.split(':')
  return `${kind}:${key.slice(0, 8)}…`
}
