import {
  crowdOfAll,
  crowdProblem,
  crowdSeed,
  crowdSize,
  crowdSizes,
  crowdText,
  isRunning,
  progress,
  resetSpec,
  runCrowd,
  stopCrowd,
} from '../state/crowd.ts'
import { selected } from '../state/selection.ts'
import { FlagShares } from './flag-shares.tsx'
import { Shares } from './shares.tsx'
import { grouped } from './text.ts'

/** Generated users, and what each of them would get. */
export function CrowdPanel() {
  return (
    <div class="crowd">
      <form
        class="crowd-bar"
        onSubmit={(event) => {
          event.preventDefault()
          runCrowd()
        }}
      >
        <label class="field">
          <span>Users</span>
          <select
            value={String(crowdSize.value)}
            onChange={(event) => {
              crowdSize.value = Number(event.currentTarget.value)
            }}
          >
            {crowdSizes.map((size) => (
              <option key={size} value={String(size)}>
                {grouped(size)}
              </option>
            ))}
          </select>
        </label>
        <label class="field seed">
          <span>Seed</span>
          <input
            type="text"
            class="mono"
            autocomplete="off"
            value={crowdSeed.value}
            onInput={(event) => {
              crowdSeed.value = event.currentTarget.value
            }}
          />
        </label>
        <label class="live">
          <input
            type="checkbox"
            checked={crowdOfAll.value}
            onChange={(event) => {
              crowdOfAll.value = event.currentTarget.checked
            }}
          />
          <span>all flags</span>
        </label>
        {isRunning.value ? (
          <button type="button" onClick={stopCrowd}>
            Stop
          </button>
        ) : (
          <button type="submit" class="primary">
            Try {grouped(crowdSize.value)} users
          </button>
        )}
      </form>
      <details class="spec">
        <summary>Who they are</summary>
        <textarea
          class="mono"
          rows={12}
          spellcheck={false}
          aria-label="How attributes are spread, as JSON"
          value={crowdText.value}
          onInput={(event) => {
            crowdText.value = event.currentTarget.value
          }}
        />
        <button type="button" onClick={resetSpec}>
          Reset
        </button>
      </details>
      {crowdProblem.value !== undefined && (
        <p class="problem" role="alert">
          {crowdProblem.value}
        </p>
      )}
      <Results />
    </div>
  )
}

function Results() {
  const run = progress.value
  if (!run)
    return <p class="empty">Generated users, the same for the same seed, are decided by the same snapshot.</p>
  const [own] = run.tallies.filter(({ key }) => key === selected.value)
  return (
    <>
      <p class="run" role="status">
        {run.done < run.users
          ? `${grouped(run.done)} of ${grouped(run.users)} …`
          : `${grouped(run.done)} users in ${grouped(Math.round(run.ms))} ms`}
        <progress max={run.users} value={run.done} hidden={run.done === run.users} />
      </p>
      {own && <Shares tally={own} compared={run.compared} />}
      {run.tallies.length > 1 && <FlagShares tallies={run.tallies} />}
    </>
  )
}
