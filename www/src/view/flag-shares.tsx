import type { Tally } from '../crowd/tally.ts'
import { select } from '../state/selection.ts'
import { Stack } from './shares.tsx'
import { percent } from './text.ts'

/** The shares of every flag, one line each. */
export function FlagShares({ tallies }: { tallies: readonly Tally[] }) {
  return (
    <table class="groups">
      <caption>All flags</caption>
      <thead>
        <tr>
          <th scope="col">Flag</th>
          <th scope="col">Most</th>
          <th scope="col">Variants</th>
        </tr>
      </thead>
      <tbody>
        {tallies.map(({ key, counts, users }) => {
          const [most] = Object.entries(counts).sort(([, one], [, other]) => other - one)
          return (
            <tr key={key}>
              <th scope="row">
                <button type="button" class="link mono" onClick={() => select(key)}>
                  {key}
                </button>
              </th>
              <td>
                {most?.[0]} <small>{percent(most?.[1] ?? 0, users)}</small>
              </td>
              <td>
                <Stack flag={key} counts={counts} users={users} />
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
