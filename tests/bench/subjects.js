/**
 * What is measured, in the order of the tables.
 *
 * `module` writes the ruleset in its own format and opens the evaluator; `way` is how Tidegate is asked. `cases` are those that
 * make sense for a subject, `loop` means that it has no call for all flags, `whole` that start-up and memory are measured too,
 * and `note` says what a reader of the figures should know.
 */
export const subjects = [
  {
    name: 'floor',
    title: 'hand-written JavaScript',
    module: './subjects/floor.js',
    cases: ['same', 'rotating', 'many'],
    whole: true,
    note: 'a Map of flags, rules as data, FNV-1a over `salt:unit`; `many` fills a plain object',
  },
  {
    name: 'floor-pieces',
    title: 'hand-written, hashing in pieces',
    module: './subjects/floor-pieces.js',
    cases: ['same', 'rotating', 'many'],
    whole: false,
    note: 'the same, but for a hash that does not join salt and unit to one string first',
  },
  ...[
    [
      'tidegate-fresh',
      'tidegate, fresh context',
      'fresh',
      ['same', 'rotating', 'many'],
      '`value` and `all` with a context',
    ],
    [
      'tidegate-bound',
      'tidegate, bound context',
      'bound',
      ['same', 'rotating', 'many'],
      '`bind` was called before',
    ],
    ['tidegate-details', 'tidegate details(), fresh', 'details', ['same', 'rotating'], ''],
    ['tidegate-bound-details', 'tidegate details(), bound', 'boundDetails', ['same', 'rotating'], ''],
    [
      'tidegate-bind',
      'tidegate bind() alone',
      'bind',
      ['same', 'rotating'],
      'packs nothing yet: that is done at the first use',
    ],
    [
      'tidegate-bind-ask',
      'tidegate bind() and value()',
      'bindAndAsk',
      ['same', 'rotating'],
      'with what the first use packs',
    ],
  ].map(([name, title, way, cases, note]) => ({
    name,
    title,
    module: './subjects/tidegate.js',
    way,
    cases,
    whole: way === 'fresh',
    note,
  })),
  peer('flagd', 'evaluates all in one call, with details'),
  peer('growthbook', 'its client for many users', { loop: true }),
  peer('flipt', 'Rust in wasm; variant flags, because only these can have a segment and a share'),
  peer('devcycle', 'AssemblyScript in wasm, asked as its Node SDK asks it'),
  peer('statsig', 'exposure logging off', { loop: true }),
  peer('unleash', 'metrics off', { loop: true }),
  peer('launchdarkly', 'offline test data; answers are promises, awaited one by one'),
  peer('configcat', 'its synchronous snapshot; its call for all flags is asynchronous', { loop: true }),
  peer('optimizely', 'decision events off; a user context is made for each call'),
  peer('eppo', 'assignment logging off', { loop: true }),
]

function peer(name, note, { loop = false } = {}) {
  const module = `./peers/${name}.js`
  return {
    name,
    title: name,
    module,
    cases: ['same', 'rotating', 'many'],
    whole: true,
    peer: true,
    loop,
    note,
  }
}

/** The subjects whose names begin with one of `prefixes`; all if there are none. */
export function chooseSubjects(prefixes) {
  return prefixes.length === 0
    ? subjects
    : subjects.filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)))
}
