import { chosen, now } from '../state/clock.ts'

/** The moment for which flags are decided: time as it runs, or one of one's own. */
export function ClockControl() {
  return (
    <div class="clock">
      <div>
        <label for="moment">Now</label>
        <label class="live">
          <input
            type="checkbox"
            checked={chosen.value === undefined}
            onChange={(event) => {
              chosen.value = event.currentTarget.checked ? undefined : now.peek()
            }}
          />
          <span>live</span>
        </label>
      </div>
      <input
        id="moment"
        type="datetime-local"
        step="1"
        value={localText(now.value)}
        onInput={(event) => {
          const moment = Date.parse(event.currentTarget.value)
          if (!Number.isNaN(moment)) chosen.value = moment
        }}
      />
    </div>
  )
}

/** The local date and time as such inputs want it. */
function localText(ms: number): string {
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 19)
}
