import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeRoot, makePublisher, makeSigner, seal, trustOf } from './forge.mjs'
import { openOrigin } from './origin.mjs'
import { DEFAULT, visit } from './visit.mjs'

/** The flags of all scenarios: `probe` serves a text that says which publication it is of. */
export function rules(text, more = {}) {
  return { probe: flag({ salt: 'p', on: text }), other: flag({ salt: 'o', on: 'other' }), ...more }
}

/** A flag of two variants that is on for everybody. */
export function flag({ salt, on, ...more }) {
  const about = { description: 'A probe', owner: 'tests', type: 'operational', salt }
  return { ...about, variants: { on, off: 'off' }, offVariant: 'off', default: 'on', ...more }
}

export const V1 = rules('v1')
export const V2 = rules('v2')
export const V3 = rules('v3')

/** What a scenario expects unless it says otherwise: columns of the table, as `visit` shows them, and error codes. */
const usual = {
  before: 'v1 STATIC ready',
  during: 'v1 STATIC ready',
  newcomer: '',
  after: 'v2 STATIC ready',
  codes: [],
}

/** What somebody sees who comes for the first time while nothing can be had. */
export const NOTHING = `${DEFAULT} ERROR failed`

/**
 * Runs a scenario: `{ name, expects, run }`, where `run` gets what is below. Returns the row of the table as it was observed.
 * Rejects when that is not what the scenario expects, or when a question threw.
 */
export async function runScenario({ name, expects, run }) {
  const row = { name, before: '', during: '', newcomer: '', after: '', codes: [] }
  const visits = []
  const endings = []
  const told = []
  const scenario = {
    /** One who publishes `V1`, and a server of that. With `rooted`, under a root: see `pinRoot`. */
    async site({ rooted, ...options } = {}) {
      const publisher = makePublisher({ flags: V1, ...options, ...(rooted && { rootVersion: 1 }) })
      publisher.trust = rooted ? pinRoot(publisher, rooted) : publisher.trust
      publisher.publish()
      const origin = await openOrigin(publisher.files)
      endings.push(origin.close)
      return { ...origin, publisher, files: publisher.files }
    },
    /** A server of something else. */
    async origin(files) {
      const origin = await openOrigin(files)
      endings.push(origin.close)
      return origin
    },
    /** A client of a site, after its first attempt. */
    async visit({ source, publisher }, options = {}) {
      const visitor = visit({ source, trust: publisher?.trust, timeout: 2_000, ...options })
      visits.push(visitor)
      await visitor.client.ready().catch(() => {})
      await visitor.client.refresh()
      return visitor
    },
    /** One who comes for the first time, noted. */
    async newcomer(site, options) {
      const visitor = await scenario.visit(site, options)
      scenario.note('newcomer', visitor)
      return visitor
    },
    folder() {
      const folder = mkdtempSync(join(tmpdir(), 'tidegate-faults-'))
      endings.push(() => rmSync(folder, { recursive: true, force: true }))
      return folder
    },
    /** Notes error codes that somebody else was told, such as another process. */
    tell: (codes) => void told.push(...codes),
    atEnd: (ending) => void endings.push(ending),
    /** Notes what a client serves, for a column of the table; what was noted before must be the same. */
    note(column, visitor) {
      const shown = visitor.shown()
      if (row[column]) assert.equal(shown, row[column], `${column} is not always the same`)
      row[column] = shown
    },
  }
  try {
    await run(scenario)
    // Events come from microtasks of their own.
    await new Promise((resolve) => setImmediate(resolve))
    row.codes = [...new Set([...told, ...visits.flatMap(({ codes }) => codes)])].sort()
    assert.deepEqual(row, { name, ...usual, ...expects })
    for (const visitor of visits) judge(visitor, row)
  } finally {
    for (const visitor of visits) visitor.close()
    for (const ending of endings.reverse()) await ending()
  }
  return row
}

/** At no moment did a client throw, serve anything else than the table says, or fall back to defaults once it had rules. */
function judge({ thrown, served }, { before, during, newcomer, after }) {
  assert.deepEqual(thrown, [])
  const cells = [before, during, newcomer, after].map((cell) => cell.split(' ')[0])
  const first = served.findIndex((value) => value !== DEFAULT)
  const strange = served.filter((value, at) => !cells.includes(value) && !(value === DEFAULT && at <= first))
  if (first >= 0) assert.deepEqual(strange, [])
}

/** Publishes root 1, of some keys, and returns what pins it. Every key of a role must sign where it has `thresholds`. */
function pinRoot(publisher, { signers = [makeSigner()], thresholds = {} }) {
  const frame = rootOf(publisher, { version: 1, signers, thresholds })
  publisher.files.set('1.root', frame)
  return trustOf(frame)
}

/** A root under which a publisher's keys sign. `by` signs it, unless that is `signers`, whose root it is. */
export function rootOf(
  { snapshotSigners, headSigners },
  { version, signers, by = signers, thresholds = {} },
) {
  const role = (name, keys) => ({ signers: keys, threshold: thresholds[name] ?? 1 })
  const roles = { root: role('root', signers), snapshot: role('snapshot', snapshotSigners) }
  const fields = { project: 'shop', version, ...roles, head: role('head', headSigners) }
  return seal('root', encodeRoot(fields), ...by)
}
