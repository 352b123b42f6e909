import { openCollect } from './all.js'
import { type Attribute, openSlot, type PackedContext } from './context.js'
import { explain, unanswered } from './evaluation.js'
import { ATTRIBUTES, FINGERPRINTS, HEADER, KEYS, NEEDS, type Runtime, SCOPE, SYMBOLS } from './runtime.js'
import type { Flag, Snapshot } from './snapshot.js'
import { parseValue } from './values.js'

const types = ['boolean', 'string', 'number', 'object'] as const

/** Reads the tables of the snapshot that was just loaded. Flags are read one by one when they are first used. */
export function readSnapshot(runtime: Runtime, now: () => number): Snapshot {
  const { calls, word, float } = runtime
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  calls.part(SCOPE)
  const scope = text()
  calls.part(HEADER)
  const info = { scope, version: float(0), issuedAt: float(2), notBefore: float(4), expires: float(6) }
  const [flagCount, attributeCount, symbolCount, timed] = [word(8), word(9), word(10), word(11)]
  const keys = list(KEYS, flagCount)
  const paths = list(ATTRIBUTES, attributeCount)
  const symbols = numbered(list(SYMBOLS, symbolCount), 1)
  calls.part(NEEDS)
  const needs = word(0)
  const inputs = paths.map((steps, number): Attribute => {
    const path = steps.split('\x1f')
    return {
      name: path.join('.'),
      path: path.length > 1 ? path : undefined,
      need: runtime.octets[needs + number] as number,
      offset: number * 4,
    }
  })
  calls.part(FINGERPRINTS)
  const fingerprints = new Uint32Array(runtime.octets.slice(word(0), word(0) + word(1)).buffer)
  const numbers = numbered(keys, 0)
  const flags: Flag[] = []
  const place = openSlot(runtime, inputs, symbols)
  const collect = openCollect(keys, (number, answer) => flag(number).values[answer & 255])
  const snapshot: Snapshot = {
    info,
    expired: info.expires <= now(),
    keys,
    fingerprint: (key) => fingerprints[numbers.get(key) ?? -1],
    one,
    all,
    inputs,
    runtime,
  }
  return snapshot

  function one(
    key: string,
    defaultValue: unknown,
    context: unknown,
    packed: PackedContext | undefined,
    detailed?: boolean,
  ): unknown {
    const number = numbers.get(key)
    if (number === undefined) return unanswered('FLAG_NOT_FOUND', defaultValue, detailed)
    const asked = flags[number] ?? flag(number)
    if (typeof defaultValue === asked.kind) {
      const moment = asked.timed ? now() : 0
      place(context, packed, asked.inputs)
      const answer = calls.evaluate(number, moment)
      const value = asked.values[answer & 255]
      if (value !== undefined) return detailed ? explain(snapshot, asked, answer, value) : value
    } else if (asked.kind) return unanswered('TYPE_MISMATCH', defaultValue, detailed)
    return unanswered('PARSE_ERROR', defaultValue, detailed)
  }

  function all(context: unknown, packed: PackedContext | undefined): Record<string, unknown> {
    const moment = timed ? now() : 0
    place(context, packed, inputs)
    const answers = calls.all(moment) >> 2
    return collect(runtime.words.subarray(answers))
  }

  function list(part: number, count: number): string[] {
    calls.part(part)
    return text().split(part === KEYS ? '\n' : '\0', count)
  }

  /** The text that words 0 and 1 say where to find. */
  function text(): string {
    return decoder.decode(runtime.octets.subarray(word(0), word(0) + word(1)))
  }

  function flag(number: number): Flag {
    const known = flags[number]
    if (known) return known
    calls.flag(number)
    const [read, kind] = [word(2), word(5) & 2 ? undefined : types[word(4)]]
    const strings = text().split('\0')
    const described: Flag = {
      kind,
      timed: (word(5) & 1) > 0,
      inputs: Array.from(
        new Uint16Array(runtime.octets.slice(read, read + word(3) * 2).buffer),
        (attribute) => inputs[attribute] as Attribute,
      ),
      values: Array.from({ length: word(6) }, (_, variant) =>
        parseValue(strings[variant * 2 + 1] as string, kind),
      ),
      text: strings,
      ruleCount: word(7),
    }
    flags[number] = described
    return described
  }
}

function numbered(names: readonly string[], first: number): ReadonlyMap<string, number> {
  return new Map(names.map((name, index) => [name, index + first]))
}
