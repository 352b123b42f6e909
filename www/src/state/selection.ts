import { computed, signal } from '@preact/signals'
import { flagFile } from '../project.ts'
import { answers } from './answers.ts'

export type Tab = 'why' | 'source' | 'users'

/** The key of the flag whose details are shown. */
export const selected = signal<string | undefined>(undefined)
export const tab = signal<Tab>('why')
export const filter = signal('')

export const selectedAnswer = computed(() => answers.value.find(({ key }) => key === selected.value))

/** The file that somebody opened instead of the flag's own. */
export const otherFile = signal<string | undefined>(undefined)

export const openFile = computed(
  () => otherFile.value ?? (selected.value === undefined ? 'tidegate.yaml' : flagFile(selected.value)),
)

/** The answers that the filter lets through: by key, variant, reason, rule or exit. */
export const filtered = computed(() => {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean)
  return answers.value.filter(({ key, details }) => {
    const text = [key, details.variant, details.reason, details.rule, details.flagMetadata.exit]
      .join(' ')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  })
})

export function select(key: string): void {
  selected.value = key
  otherFile.value = undefined
}
