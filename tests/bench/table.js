import { megabytes } from './budgets.js'

/** Lines of a Markdown table. The first column is text, the others are figures. */
export function tableOf(head, rows) {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell ?? '–'))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)))
  const line = (row) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join(' | ')} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(cells[0]), rule, ...cells.slice(1).map(line)]
}

/** The tables of all that was measured, with what a reader needs to know of them. */
export function describe(results) {
  return [
    ...(results.calls ? describeCalls(results) : []),
    ...(results.start ? describeStart(results) : []),
    ...(results.browser ? describeBrowser(results) : []),
    ...(results.worker ? describeWorker(results) : []),
    ...(results.scale ? describeScale(results) : []),
    ...(results.anatomy ? describeAnatomy(results) : []),
    ...describeBudgets(results),
  ]
}

function describeCalls({ calls, fastestPeers, titles }) {
  const ratio = (found, of) => (found?.[of] === undefined ? undefined : figure(found[of]))
  const rows = Object.entries(calls).map(([name, { same, rotating, many }]) => [
    titles[name].title,
    figure(same.ns),
    ratio(same, 'toFloor'),
    ratio(same, 'toPeer'),
    figure(rotating.ns),
    ratio(rotating, 'toFloor'),
    ratio(rotating, 'toPeer'),
    many && figure(many.ns / 1_000),
    ratio(many, 'toFloor'),
    ratio(many, 'toPeer'),
    many && (titles[name].loop ? 'loop' : 'call'),
  ])
  const peers = Object.entries(fastestPeers).map(([name, peer]) => `${peer} in \`${name}\``)
  return [
    '',
    'Calls: `same` asks for one flag with one rule and one user, `rotating` for that flag and 1,000 users in turn, `many` for all 101',
    `flags, of which 100 have three rules, by one call or, where there is none, by a loop.${peers.length > 0 ? ` The fastest peer is ${peers.join(', ')}.` : ''}`,
    '',
    ...tableOf(
      [
        '',
        'same, ns',
        '× floor',
        '× peer',
        'rotating, ns',
        '× floor',
        '× peer',
        'many, µs',
        '× floor',
        '× peer',
        'by a',
      ],
      rows,
    ),
    '',
    ...Object.keys(calls)
      .filter((name) => titles[name].note)
      .map((name) => `- ${titles[name].title}: ${titles[name].note}`),
  ]
}

function describeStart({ start, titles }) {
  const reference = start.subjects.growthbook?.firstAnswerMs
  return [
    '',
    `Import, set-up and first answer in a fresh process, beside Node's own start of ${figure(start.nodeStartUpMs)} ms; memory`,
    'after garbage collection, beyond that of a process that only has the payload.',
    '',
    ...tableOf(
      ['', 'first answer, ms', '× GrowthBook', 'heap, MB', 'external, MB', 'together, MB'],
      Object.entries(start.subjects).map(([name, found]) => [
        name === 'tidegate-fresh' ? 'tidegate' : titles[name].title,
        figure(found.firstAnswerMs),
        reference && figure(found.firstAnswerMs / reference),
        (found.heapBytes / 1e6).toFixed(2),
        (found.externalBytes / 1e6).toFixed(2),
        megabytes(found).toFixed(2),
      ]),
    ),
  ]
}

function describeBrowser({ browser }) {
  const titles = {
    tidegate: 'tidegate, wasm preloaded',
    'tidegate-floor': 'its JavaScript, and an empty wasm as large',
    'tidegate-inline': 'tidegate/inline, wasm in the module',
  }
  return [
    '',
    'Import, set-up and first answer in Chromium, each in a new browser context, from a server on this machine.',
    '',
    ...tableOf(
      ['', 'first answer, ms', 'quartiles, ms', 'transferred, KiB'],
      Object.entries(browser).map(([name, { firstAnswerMs, quartilesMs, bytes }]) => [
        titles[name] ?? name,
        figure(firstAnswerMs),
        quartilesMs.map(figure).join(' to '),
        (bytes / 1_024).toFixed(1),
      ]),
    ),
  ]
}

function describeWorker({ worker }) {
  return [
    '',
    'A Worker in workerd, from outside, because its clock stands still while code runs: from its start until it takes requests, the',
    'first request, and the tenth. What Tidegate adds is the difference to a Worker that answers with a constant.',
    '',
    ...tableOf(
      ['', 'start, ms', 'first request, ms', 'tenth request, ms'],
      [
        ...['empty', 'tidegate'].map((name) => [
          name,
          ...['startMs', 'firstMs', 'tenthMs'].map((of) => figure(worker[name][of])),
        ]),
        [
          'added by tidegate',
          ...['startMs', 'firstMs', 'tenthMs'].map((of) => figure(worker.tidegate[of] - worker.empty[of])),
        ],
      ],
    ),
  ]
}

function describeScale({ scale }) {
  return [
    '',
    'Scaling: `ready` compiles the wasm, verifies and loads; memory is what heap and external grew by, and wasm its own memory.',
    '',
    ...tableOf(
      [
        'flags',
        'payload, KB',
        'ready, ms',
        'heap + external, MB',
        '÷ payload',
        'wasm memory, KB',
        'same, ns',
        '× floor',
        'any flag, ns',
        '× floor',
      ],
      scale.map((found) => [
        found.flags.toLocaleString('en'),
        figure(found.payloadBytes / 1e3),
        figure(found.readyMs),
        ((found.heapBytes + found.externalBytes) / 1e6).toFixed(2),
        figure(found.memoryToPayload),
        figure(found.wasmBytes / 1e3),
        figure(found.sameNs),
        figure(found.sameToFloor),
        figure(found.anyNs),
        figure(found.anyToFloor),
      ]),
    ),
  ]
}

function describeAnatomy({ anatomy: { parts, boundNs, freshNs } }) {
  return [
    '',
    `One evaluation, part by part: differences between flags, and between ways to ask, that differ in one thing. Together ${figure(boundNs)} ns with`,
    `a bound context and ${figure(freshNs)} ns with a fresh one.`,
    '',
    ...tableOf(
      ['part', 'ns'],
      parts.map(([name, nanoseconds]) => [name, figure(nanoseconds)]),
    ),
  ]
}

function describeBudgets({ budgets }) {
  if (budgets.length === 0) return []
  return [
    '',
    ...tableOf(
      ['budget', 'limit', 'measured', 'verdict'],
      budgets.map(({ title, limit, figure: found, met }) => [
        title,
        `≤ ${limit}`,
        found.toFixed(2),
        met ? 'met' : 'not met',
      ]),
    ),
  ]
}

/** Three digits, as many of them behind the point as are worth it. */
function figure(number) {
  if (Math.abs(number) >= 100) return Math.round(number).toLocaleString('en')
  return number.toFixed(Math.abs(number) >= 10 ? 1 : 2)
}
