import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { exposures } from '../src/entry/exposures.js'
import { ndjsonFile } from '../src/entry/files.js'
import { open } from './clients.js'
import { makeFrame, NOW, tidegateBinary } from './snapshots.js'

const folder = mkdtempSync(join(tmpdir(), 'tidegate-analyze-'))
afterAll(() => rmSync(folder, { recursive: true }))

const frame = makeFrame({
  flags: {
    checkout: {
      variants: { classic: 'classic', 'one-page': 'one-page' },
      offVariant: 'classic',
      default: { rollout: 'launch' },
      rollouts: {
        launch: { from: 'classic', to: 'one-page', control: true, stages: [{ name: 'third', share: 30 }] },
      },
      environments: {
        production: {
          rollouts: {
            launch: { status: 'running', stage: 'third', enteredAt: '2026-11-01T00:00:00Z', ceiling: 30 },
          },
        },
      },
    },
  },
})

it('finds in what clients wrote who got what, and that it did harm', async () => {
  const logs = join(folder, 'logs')
  const counted = { treatment: 0, control: 0, none: 0 }
  const failed = { treatment: 0, control: 0, none: 0 }
  let clock = NOW
  const sink = ndjsonFile(join(logs, 'exposures.ndjson'), { interval: 5 })
  // Two servers that know nothing of each other share a log.
  const servers = [1, 2].map(() =>
    open({
      bootstrap: frame,
      now: () => clock,
      onExposure: exposures(sink, { attributes: ['country'] }),
    }),
  )
  const events: string[] = []
  for (let visitor = 0; visitor < 6_000; visitor++) {
    const targetingKey = `visitor-${visitor}`
    const context = { targetingKey, country: visitor % 3 ? 'CA' : 'AT' }
    clock += 1_000
    // What a server does all at once is not much more than this.
    if (visitor % 500 === 499) await sink.flush()
    let arm: keyof typeof counted = 'none'
    for (const server of servers) arm = server.details('checkout', '', context).arm ?? 'none'
    counted[arm]++
    // Half of the treatment cannot order, and one in ten of the others.
    if (visitor % (arm === 'treatment' ? 2 : 10) === 0) {
      failed[arm]++
      const time = new Date(clock + 500).toISOString()
      events.push(`${JSON.stringify({ time, unit: targetingKey, metric: 'failed-order' })}\n`)
    }
  }
  await sink.close()
  appendFileSync(join(logs, 'events.ndjson'), events.join(''))

  const args = ['analyze', 'checkout', '--logs', logs, '--metric', 'failed-order:increase', '--json']
  const told = JSON.parse(
    execFileSync(tidegateBinary(), [...args, '--segment', 'country'], { encoding: 'utf8' }),
  )
  const { sides, sampleRatio, metrics, segments, lines } = told
  expect(sides).toMatchObject([
    { variant: 'classic', arm: 'control', units: counted.control, multipleExposures: 0 },
    { variant: 'one-page', arm: 'treatment', units: counted.treatment, multipleExposures: 0 },
  ])
  expect(counted.none).toBeGreaterThan(2_000)
  expect(sampleRatio.mismatch).toBe(false)
  const [control, treatment] = metrics[0].sides
  expect(control.estimate.value).toBeCloseTo(failed.control / counted.control, 12)
  expect(treatment.estimate.value).toBeCloseTo(failed.treatment / counted.treatment, 12)
  expect(treatment.decision).toBe('worse')
  expect(segments.map(({ value }: { value: string }) => value)).toEqual(['AT', 'CA'])
  // Each server writes a line; those without an arm are known, and take no part.
  expect(lines).toMatchObject({
    all: 12_000 + events.length,
    exposures: 12_000,
    bad: 0,
    unexposed: failed.none,
  })
})
