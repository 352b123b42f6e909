import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { exposures } from '../src/entry/exposures.js'
import { open } from './clients.js'
import { makeFrame, type Recipe } from './snapshots.js'

const text = (name: string) =>
  readFileSync(new URL(`../../tests/delivery/exposures/${name}`, import.meta.url), 'utf8')
const { now, attributes, flags, reads } = JSON.parse(text('case.json')) as {
  readonly now: string
  readonly attributes: readonly string[]
  readonly flags: Recipe['flags']
  readonly reads: readonly { readonly flag: string; readonly context: object }[]
}

it('writes the lines that servers in Rust write', () => {
  const lines: string[] = []
  const client = open({
    bootstrap: makeFrame({ flags }),
    now: () => Date.parse(now),
    onExposure: exposures((exposure) => void lines.push(JSON.stringify(exposure)), { attributes }),
  })
  for (const { flag, context } of reads) {
    // A default of the flag's type.
    for (const otherwise of [false, '', 0]) client.value(flag, otherwise as never, context)
  }
  expect(lines).toEqual(text('lines.ndjson').trim().split('\n'))
})
