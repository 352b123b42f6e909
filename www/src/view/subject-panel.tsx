import { presets } from '../presets.ts'
import { choosePreset, contextProblem, contextText, editContext, preset } from '../state/context.ts'
import { audience, environment, project } from '../state/place.ts'
import { Choice } from './choice.tsx'
import { ClockControl } from './clock-control.tsx'

/** Who asks, where and when. */
export function SubjectPanel() {
  const found = project.value?.environments ?? []
  const environments = found.includes(environment.value) ? found : [...found, environment.value]
  return (
    <section class="panel subject" aria-label="Who asks">
      <div class="places">
        <Choice legend="Environment" options={environments} value={environment} />
        <Choice legend="Audience" options={['client', 'server'] as const} value={audience} />
      </div>
      <ClockControl />
      <fieldset class="presets">
        <legend>Context</legend>
        {presets.map(({ id, name, about }) => (
          <label key={id} class="preset">
            <input
              type="radio"
              name="preset"
              value={id}
              checked={preset.value === id}
              onChange={() => choosePreset(id)}
            />
            <span>
              <b>{name}</b>
              <small>{about}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>As JSON{preset.value === undefined && <em> your own</em>}</span>
        <textarea
          class="mono"
          rows={14}
          spellcheck={false}
          autocomplete="off"
          aria-invalid={contextProblem.value !== undefined}
          aria-describedby="context-problem"
          value={contextText.value}
          onInput={(event) => editContext(event.currentTarget.value)}
        />
      </label>
      <p id="context-problem" class="problem" role="status">
        {contextProblem.value && (
          <>
            {contextProblem.value}
            <small>Answers are for the last text that was a context.</small>
          </>
        )}
      </p>
    </section>
  )
}
