import { chosen, now } from '../state/clock.ts'

/** The moment for which flags are decided: time as it runs, or one of one's own. */
export function ClockControl() {
  const isLive = chosen.value === undefined
  return (
    <fieldset class="clock">
      <legend>Now</legend>
      <input
        type="datetime-local"
        step="1"
        aria-label="Date and time"
        value={localText(now.value)}
        onInput={(event) => {
          const moment = Date.parse(event.currentTarget.value)
          if (!Number.isNaN(moment)) chosen.value = moment
        }}
      />
      <label class="live">
        <input
          type="checkbox"
          checked={isLive}
          onChange={(event) => {
            chosen.value = event.currentTarget.checked ? undefined : now.peek()
          }}
        />
        <span>live</span>
      </label>
    </fieldset>
  )
}

/** The local date and time as such inputs want it. */
function localText(ms: number): string {
  const date = new Date(ms)
  const shifted = new Date(ms - date.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 19)
}
