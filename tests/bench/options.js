import { parseArgs } from 'node:util'
import { BuildError } from '../../js/build/command.mjs'

export const parts = ['calls', 'start', 'browser', 'worker', 'scale', 'anatomy']

export const usage = `npm run bench                        everything, side by side
npm run bench -- --publish           everything, and puts the tables into tests/bench/README.md
npm run bench -- --short             Tidegate and the floor only, held against tests/bench/ratios.json
npm run bench -- --record            Tidegate and the floor only, and writes tests/bench/ratios.json
npm run bench -- --only NAME,NAME    some subjects, by how their names begin
npm run bench -- --parts NAME,NAME   some parts: ${parts.join(', ')}`

/** How long is measured: in passes over all subjects, rounds in each process, and fresh processes. */
const protocols = {
  full: {
    passes: 5,
    rounds: 11,
    warmUpMs: 150,
    roundMs: 8,
    starts: 11,
    memories: 3,
    samples: 15,
    workers: 9,
  },
  record: { passes: 9, rounds: 61, warmUpMs: 150, roundMs: 2 },
  short: { passes: 3, rounds: 31, warmUpMs: 150, roundMs: 2 },
}

/** Reads the command line. */
export function readOptions(args) {
  const { values } = parse(args)
  const { short = false, record = false, publish = false, help = false } = values
  const only = values.only?.split(',') ?? []
  const chosen = values.parts?.split(',') ?? parts
  const unknown = chosen.find((part) => !parts.includes(part))
  if (unknown) throw new BuildError(`no such part: ${unknown}\n\n${usage}`)
  if ((short || record || publish) && (values.only || values.parts)) {
    throw new BuildError(`--short, --record and --publish choose for themselves\n\n${usage}`)
  }
  if (short || record) {
    const protocol = record ? protocols.record : protocols.short
    return { help, short, record, publish: false, only: ['floor', 'tidegate'], parts: ['calls'], protocol }
  }
  return { help, short, record, publish, only, parts: chosen, protocol: protocols.full }
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        short: { type: 'boolean' },
        record: { type: 'boolean' },
        publish: { type: 'boolean' },
        help: { type: 'boolean' },
        only: { type: 'string' },
        parts: { type: 'string' },
      },
    })
  } catch (cause) {
    throw new BuildError(`${cause.message}\n\n${usage}`, { cause })
  }
}
