import { effect } from '@preact/signals'
import { presets } from '../presets.ts'
import { chosen } from './clock.ts'
import { choosePreset, contextText, editContext, preset } from './context.ts'
import { audience, environment } from './place.ts'
import { select, selected, type Tab, tab } from './selection.ts'

/** Takes what a link to this page says after its `#`: flag, tab, environment, audience, moment and context. */
export function readLink(): void {
  const link = new URLSearchParams(location.hash.slice(1))
  const flag = link.get('flag')
  if (flag) select(flag)
  const view = link.get('tab')
  if (view === 'why' || view === 'source' || view === 'users') tab.value = view satisfies Tab
  environment.value = link.get('environment') ?? environment.value
  audience.value = link.get('audience') === 'server' ? 'server' : 'client'
  const moment = Date.parse(link.get('now') ?? '')
  chosen.value = Number.isNaN(moment) ? undefined : moment
  const user = link.get('user')
  const text = link.get('context')
  if (text !== null) editContext(text)
  else if (presets.some(({ id }) => id === user)) choosePreset(user ?? '')
}

/** Keeps the address a link to what is shown. */
export function startLink(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  addEventListener('hashchange', readLink)
  effect(() => {
    const link = new URLSearchParams()
    if (selected.value !== undefined) link.set('flag', selected.value)
    if (tab.value !== 'why') link.set('tab', tab.value)
    if (environment.value !== 'production') link.set('environment', environment.value)
    if (audience.value !== 'client') link.set('audience', audience.value)
    if (chosen.value !== undefined) link.set('now', new Date(chosen.value).toISOString())
    if (preset.value !== undefined) link.set('user', preset.value)
    else link.set('context', contextText.value)
    // Browsers take only so many changes of the address in a while.
    clearTimeout(timer)
    timer = setTimeout(() => history.replaceState(null, '', `#${link}`), 200)
  })
}
