import type { Group, Tally } from '../crowd/tally.ts'
import { expectations } from '../state/crowd.ts'
import { grouped, percent } from './text.ts'
import { toneOf, VariantChip } from './variant-chip.tsx'

/** The shares of a flag's variants against what its weights lead to, and who decided for whom. */
export function Shares({ tally, compared }: { tally: Tally; compared: boolean }) {
  const { key, users, counts, moved } = tally
  const expected = expectations.value[key]
  const variants = [...new Set([...Object.keys(counts), ...Object.keys(expected ?? {})])].sort(
    (one, other) => (counts[other] ?? 0) - (counts[one] ?? 0),
  )
  return (
    <>
      <ul class="shares" aria-label={`Shares of ${key}`}>
        {variants.map((variant) => {
          const found = counts[variant] ?? 0
          const wanted = expected?.[variant]
          return (
            <li key={variant} data-variant={variant} data-users={found}>
              <span class="share-name">
                <VariantChip flag={key} variant={variant} />
              </span>
              <span class="share-bar">
                <span class={`fill ${toneOf(key, variant)}`} style={{ width: `${(found / users) * 100}%` }} />
                {wanted && (
                  <>
                    <span
                      class="tolerance"
                      style={{
                        left: `${(Math.max(0, wanted.users - 2 * wanted.deviation) / users) * 100}%`,
                        width: `${((4 * wanted.deviation) / users) * 100}%`,
                      }}
                    />
                    <span class="expected" style={{ left: `${(wanted.users / users) * 100}%` }} />
                  </>
                )}
              </span>
              <span class="share-numbers">
                <b>{percent(found, users)}</b>
                <span>{grouped(found)}</span>
                <small>{wanted ? `expected ${percent(wanted.users, users)}` : ''}</small>
              </span>
            </li>
          )
        })}
      </ul>
      <p class="hint">
        The tick is what the weights lead to for these users, the band twice the usual distance from it.
        {compared &&
          ` ${grouped(moved)} of ${grouped(users)} get another variant than from the served snapshot.`}
      </p>
      <Groups tally={tally} />
    </>
  )
}

function Groups({ tally: { key, users, groups } }: { tally: Tally }) {
  const list = Object.values(groups).sort((one, other) => other.users - one.users)
  return (
    <table class="groups">
      <caption>Where they were decided</caption>
      <thead>
        <tr>
          <th scope="col">By</th>
          <th scope="col">Users</th>
          <th scope="col">Variants</th>
        </tr>
      </thead>
      <tbody>
        {list.map((group) => (
          <tr key={`${group.ruleIndex}/${group.exit}`}>
            <th scope="row">{nameOf(group)}</th>
            <td>
              {grouped(group.users)} <small>{percent(group.users, users)}</small>
            </td>
            <td>
              <Stack flag={key} counts={group.counts} users={group.users} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Shares on one line. */
export function Stack(props: { flag: string; counts: Readonly<Record<string, number>>; users: number }) {
  const { flag, counts, users } = props
  const entries = Object.entries(counts).sort(([, one], [, other]) => other - one)
  const label = entries.map(([variant, found]) => `${variant} ${percent(found, users)}`).join(', ')
  return (
    <span class="stack" role="img" aria-label={label} title={label}>
      {entries.map(([variant, found]) => (
        <span key={variant} class={toneOf(flag, variant)} style={{ width: `${(found / users) * 100}%` }} />
      ))}
    </span>
  )
}

function nameOf({ rule, ruleIndex, exit }: Group) {
  const place = rule ?? (ruleIndex === undefined ? undefined : `rule ${ruleIndex}`)
  return (
    <>
      {place ?? exit} {place !== undefined && <small>{exit}</small>}
    </>
  )
}
