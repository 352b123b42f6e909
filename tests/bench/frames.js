import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command } from '../../js/build/command.mjs'
import { root, target } from '../../js/build/paths.mjs'

export const SCOPE = 'shop/production/client'

/**
 * Opens a folder where signed snapshots of rulesets are made with the `tidegate` binary. They are kept until the flags change, the
 * sources that make snapshots, or the month, because snapshots expire.
 */
export async function openFrames(folder) {
  await command('cargo', ['build', '--quiet', '--features', 'cli'])
  const binary = join(target, 'debug', 'tidegate')
  const compiler = fingerprint(
    ['model', 'compile', 'snapshot', 'trust'].map((name) => join(root, 'src', name)),
  )
  const keys = join(folder, 'keys')
  if (!existsSync(keys)) await command(binary, ['keygen', '--out', keys], { quiet: true })
  return {
    trust: readFileSync(join(keys, 'tidegate.pub'), 'utf8').trim(),
    async frameOf({ flags }) {
      const files = writeProject(flags)
      const month = new Date().toISOString().slice(0, 7)
      const name = createHash('sha256')
        .update(JSON.stringify([files, compiler, month]))
        .digest('hex')
        .slice(0, 16)
      const frame = join(folder, 'frames', `${name}.frame`)
      if (existsSync(frame)) return frame
      const project = join(folder, 'frames', name)
      write(project, files)
      const [, environment, audience] = SCOPE.split('/')
      await command(
        binary,
        ['compile', '--project', project, '--environment', environment, '--audience', audience].concat([
          '--key',
          join(keys, 'tidegate.key'),
          '--out',
          frame,
          '--lifetime',
          '90d',
        ]),
        { quiet: true },
      )
      rmSync(project, { recursive: true })
      return frame
    },
  }
}

/** The files of a project, in JSON, which is YAML too. */
function writeProject(flags) {
  const [project, environment] = SCOPE.split('/')
  return [
    ['tidegate.yaml', JSON.stringify({ project, environments: [environment] })],
    ...flags.map((flag) => [`flags/${flag.key}.yaml`, JSON.stringify(writeFlag(flag, environment))]),
  ]
}

function writeFlag({ key, salt, rules }, environment) {
  return {
    description: key,
    owner: 'bench',
    type: 'operational',
    clientVisible: true,
    salt,
    variants: { on: true, off: false },
    offVariant: 'off',
    default: 'off',
    rules: rules.map(({ attribute, in: list, above, percent }) => ({
      if: { attribute, ...(list ? { in: list } : { '>': above }) },
      serve: percent === 100 ? 'on' : { split: { on: percent, off: 100 - percent } },
    })),
    environments: { [environment]: {} },
  }
}

function write(project, files) {
  rmSync(project, { recursive: true, force: true })
  mkdirSync(join(project, 'flags'), { recursive: true })
  for (const [path, text] of files) writeFileSync(join(project, path), text)
}

/** A digest of all Rust sources below some folders. */
function fingerprint(folders) {
  const hash = createHash('sha256')
  for (const folder of folders) {
    for (const name of readdirSync(folder, { recursive: true }).sort()) {
      if (name.endsWith('.rs')) hash.update(name).update(readFileSync(join(folder, name)))
    }
  }
  return hash.digest('hex')
}
