import { measureAlone, median } from './processes.js'
import { FLAG, makeRuleset } from './ruleset.js'

/** Flags that ask for one thing more each; the last is the one that the other parts measure. */
const flags = [{ key: 'constant', rules: [] }, { key: 'condition' }, { key: FLAG }]

/** Measures what one evaluation is made of, in nanoseconds: differences between flags and ways to ask that differ in one thing. */
export async function measureAnatomy(frames, shared, { passes, ...protocol }, say) {
  const payload = await frames.frameOf({ flags: gradedFlags() })
  const samples = []
  for (let pass = 1; pass <= passes; pass++) {
    say(`anatomy, pass ${pass} of ${passes}`)
    samples.push(await measureAlone('anatomy-subject.mjs', { payload, protocol, ...shared }))
  }
  const of = (name) => median(samples.map((sample) => sample[name]))
  const difference = (name, less) => median(samples.map((sample) => sample[name] - sample[less]))
  const beyond = (way) => {
    const step = (sample, to, from) =>
      sample[`${way}.${to}`] - sample[`${way}.${from}`] - (sample[`bound.${to}`] - sample[`bound.${from}`])
    return (to, from) => median(samples.map((sample) => step(sample, to, from)))
  }
  const read = beyond('fresh')
  return {
    parts: [
      ['find the key, see that it is no flag, give the default', of('bound.missing')],
      [
        'enter the engine, find the record, leave, unpack the value',
        difference('bound.constant', 'bound.missing'),
      ],
      ['of which a call from JavaScript to wasm and back', of('call')],
      ['one condition, `country in [US, CA]`', difference('bound.condition', 'bound.constant')],
      ['the hash of salt and unit, and the split', difference(`bound.${FLAG}`, 'bound.condition')],
      ['prepare to read a context', difference('fresh.constant', 'bound.constant')],
      ['read an attribute that is only compared: find its symbol', read('condition', 'constant')],
      ['read an attribute that is hashed: copy its 13 characters', read(FLAG, 'condition')],
      ['details instead of a value', difference('details', `bound.${FLAG}`)],
    ],
    boundNs: of(`bound.${FLAG}`),
    freshNs: of(`fresh.${FLAG}`),
  }
}

function gradedFlags() {
  const made = makeRuleset(flags.length - 1).flags
  const [{ rules }] = made
  const always = rules.map((rule) => ({ ...rule, percent: 100 }))
  return flags.map((flag, number) => ({
    salt: made[number].salt,
    rules: flag.key === FLAG ? rules : always,
    ...flag,
  }))
}
