import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const {
  CARGO_TARGET_DIR = join(root, 'target'),
  TIDEGATE_BINARY = join(CARGO_TARGET_DIR, 'debug', 'tidegate'),
} = process.env

/** The moment at which the tests' snapshots are issued, and at which their clocks stand. */
export const NOW = Date.parse('2026-11-21T12:00:00Z')

/** A private key for tests, and what clients trust because of it. */
export interface Key {
  readonly file: string
  readonly trust: string
}

/** What a test snapshot is made of: definitions of flags by key and of segments by name, and headers. */
export interface Recipe {
  readonly flags: Readonly<Record<string, object>>
  readonly segments?: Readonly<Record<string, object>>
  readonly project?: string
  readonly environment?: string
  readonly audience?: 'client' | 'server'
  readonly version?: number
  readonly issuedAt?: number
  readonly notBefore?: number
  readonly expires?: number
  readonly key?: Key
}

let shared: Key | undefined

/** Makes a key pair with the command line tool. */
export function makeKey({ development = false } = {}): Key {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-key-'))
  tidegate('keygen', '--out', folder, ...(development ? ['--development'] : []))
  const trust = readFileSync(join(folder, 'tidegate.pub'), 'utf8').trim()
  return { file: join(folder, 'tidegate.key'), trust }
}

/** The key that signs unless a recipe names another. */
export function sharedKey(): Key {
  shared ??= makeKey()
  return shared
}

/** Compiles and signs a snapshot with the command line tool. Salts and the environment may be left out. */
export function makeFrame({
  flags,
  segments = {},
  project = 'shop',
  environment = 'production',
  audience = 'server',
  version = 1,
  issuedAt = NOW,
  notBefore = issuedAt,
  expires = issuedAt + 30 * 86_400_000,
  key = sharedKey(),
}: Recipe): Uint8Array<ArrayBuffer> {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-project-'))
  const write = (path: string, content: object) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), JSON.stringify(content))
  }
  write('tidegate.yaml', { project, environments: [environment] })
  for (const [name, flag] of Object.entries(flags)) {
    write(`flags/${name}.yaml`, {
      salt: 'salt',
      clientVisible: true,
      environments: { [environment]: {} },
      ...flag,
    })
  }
  for (const [name, segment] of Object.entries(segments)) write(`segments/${name}.yaml`, segment)
  const out = join(folder, 'latest')
  tidegate(
    ...['compile', '--project', folder, '--environment', environment, '--audience', audience],
    ...['--key', key.file, '--out', out, '--version', `${version}`, '--now', `${issuedAt}`],
    ...['--not-before', `${notBefore}`, '--expires', `${expires}`],
  )
  const frame = new Uint8Array(readFileSync(out))
  rmSync(folder, { recursive: true })
  return frame
}

/** A flag that serves the first variant to the countries and the second to others. */
export const byCountry = {
  variants: { on: true, off: false },
  offVariant: 'off',
  default: 'off',
  rules: [{ name: 'north-america', if: { attribute: 'country', in: ['US', 'CA'] }, serve: 'on' }],
}

/** What is published where the rules do not matter: one flag with a rule, and one that is on for everybody. */
export const flags = { 'by-country': byCountry, plain: { default: 'on' } }

/** Where the command line tool is, which is built when it is missing. */
export function tidegateBinary(): string {
  if (!existsSync(TIDEGATE_BINARY)) {
    execFileSync('cargo', ['build', '--quiet', '--features', 'cli'], { cwd: root, stdio: 'inherit' })
  }
  return TIDEGATE_BINARY
}

function tidegate(...args: readonly string[]): void {
  execFileSync(tidegateBinary(), args, { stdio: ['ignore', 'ignore', 'inherit'] })
}
