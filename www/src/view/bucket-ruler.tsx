import type { Ruler } from '../state/bands.ts'
import { grouped } from './text.ts'
import { toneOf } from './variant-chip.tsx'

const BUCKETS = 100_000

/** Where a unit landed between 0 and 99,999, and what the ranges there serve. */
export function BucketRuler(props: {
  flag: string
  bucket: number | undefined
  ruler?: Ruler | undefined
  scale?: boolean
}) {
  const { flag, bucket, ruler, scale = false } = props
  if (bucket === undefined && !ruler) return <span class="ruler-none">no bucket</span>
  const label = bucket === undefined ? 'Buckets' : `Bucket ${grouped(bucket)} of 100,000`
  return (
    <span class={scale ? 'ruler with-scale' : 'ruler'} role="img" aria-label={label}>
      <span class="track">
        {ruler?.bands.map(({ from, to, variant, text }) => (
          <span
            key={text}
            class={`band ${variant === undefined ? 'tone-part' : toneOf(flag, variant)}`}
            style={{ left: `${(from / BUCKETS) * 100}%`, width: `${((to - from) / BUCKETS) * 100}%` }}
            title={text}
          />
        ))}
        {bucket !== undefined && <span class="marker" style={{ left: `${(bucket / BUCKETS) * 100}%` }} />}
      </span>
      {scale ? (
        <span class="scale" aria-hidden="true">
          {[0, 25_000, 50_000, 75_000, 99_999].map((tick) => (
            <span key={tick}>{grouped(tick)}</span>
          ))}
        </span>
      ) : (
        bucket !== undefined && <span class="bucket">{grouped(bucket)}</span>
      )}
    </span>
  )
}
