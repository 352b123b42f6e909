import { inspected } from '../state/insight.ts'

/** How many hues there are for variants; the off variant is grey. */
const HUES = 6

/** A variant's name in its colour. */
export function VariantChip({ flag, variant }: { flag: string; variant: string | undefined }) {
  if (variant === undefined) return <span class="chip none">default</span>
  return <span class={`chip ${toneOf(flag, variant)}`}>{variant}</span>
}

/** The class that gives a variant its colour, the same all over the page. */
export function toneOf(flag: string, variant: string | undefined): string {
  const shown = inspected.value?.flags[flag]
  if (variant === undefined || !shown?.variants || variant === shown.offVariant) return 'tone-off'
  const others = Object.keys(shown.variants).filter((name) => name !== shown.offVariant)
  return `tone-${Math.max(0, others.indexOf(variant)) % HUES}`
}
