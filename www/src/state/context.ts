import { batch, computed, signal } from '@preact/signals'
import { presets } from '../presets.ts'

export type Context = Readonly<Record<string, unknown>>

/** The preset in use; undefined for a context of one's own. */
export const preset = signal<string | undefined>(undefined)

/** The text in the context editor. */
export const contextText = signal('{}')

/** The last text that was a context. */
export const context = signal<Context>({})

/** What is wrong with the text now. */
export const contextProblem = signal<string | undefined>(undefined)

/** The unit, for headings. */
export const unit = computed(() => {
  const { targetingKey } = context.value
  return typeof targetingKey === 'string' || typeof targetingKey === 'number'
    ? String(targetingKey)
    : undefined
})

export function choosePreset(id: string): void {
  const found = presets.find((candidate) => candidate.id === id)
  if (!found) return
  batch(() => {
    editContext(JSON.stringify(found.context, null, 2))
    preset.value = id
  })
}

/** Takes a new text; the context follows when the text is one. */
export function editContext(text: string): void {
  batch(() => {
    contextText.value = text
    preset.value = undefined
    try {
      context.value = parse(text)
      contextProblem.value = undefined
    } catch (error) {
      contextProblem.value = error instanceof Error ? error.message : String(error)
    }
  })
}

function parse(text: string): Context {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('A context is an object: { "targetingKey": …, … }')
  return value as Context
}
