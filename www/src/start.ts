import { effect } from '@preact/signals'
import { TidegateError } from 'tidegate'
import { presets } from './presets.ts'
import { fetchProject } from './project.ts'
import { answers } from './state/answers.ts'
import { startClock } from './state/clock.ts'
import { choosePreset } from './state/context.ts'
import { startCrowd } from './state/crowd.ts'
import { startDrafts } from './state/draft.ts'
import { follow, refusal } from './state/held.ts'
import { startInsight } from './state/insight.ts'
import { readLink, startLink } from './state/link.ts'
import { project, scope } from './state/place.ts'
import { select, selected } from './state/selection.ts'

/** Connects the parts of the page's state with each other and with the server. */
export function start(): void {
  choosePreset(presets[0]?.id ?? '')
  readLink()
  startLink()
  startClock()
  effect(() => {
    const trust = project.value?.trust
    return scope.value && trust ? follow(scope.value, trust) : undefined
  })
  effect(() => {
    const [first] = answers.value
    if (selected.peek() === undefined && first) select(first.key)
  })
  startDrafts()
  startInsight()
  startCrowd()
  fetchProject().then(
    (found) => {
      project.value = found
    },
    (error) => {
      refusal.value = new TidegateError('FETCH_FAILED', String(error?.message ?? error), error)
    },
  )
}
