import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'

/** A few options side by side, one of them chosen. */
export function Choice<Option extends string>(props: {
  legend: string
  options: readonly Option[]
  value: Signal<Option>
}) {
  const name = useId()
  return (
    <fieldset class="choice">
      <legend>{props.legend}</legend>
      <div>
        {props.options.map((option) => (
          <label key={option}>
            <input
              type="radio"
              name={name}
              value={option}
              checked={props.value.value === option}
              onChange={() => {
                props.value.value = option
              }}
            />
            <span>{option}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
