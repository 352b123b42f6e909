import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { command } from '../../js/build/command.mjs'
import { target } from '../../js/build/paths.mjs'

const VERSION = '0.13.2'

const tool = join(target, 'tools', `cargo-fuzz-${VERSION}`)
const folder = import.meta.dirname

/** Everything that fuzzers are made of and leave behind. */
export const work = join(target, 'fuzz')

/**
 * Builds all fuzzers, and returns the folder that they are in.
 *
 * The coverage that libFuzzer goes by needs nothing but the Rust that `rust-toolchain.toml` names. A sanitizer needs a
 * nightly one, and looks into the code of others only: ours is without `unsafe`.
 */
export async function buildFuzzers(sanitizer) {
  await installCargoFuzz()
  const triple = /^host: (.+)$/m.exec(await command('rustc', ['-vV'], { quiet: true }))[1]
  const toolchain = sanitizer === 'none' ? [] : ['+nightly']
  const built = join(work, sanitizer)
  const options = ['--fuzz-dir', folder, '--sanitizer', sanitizer, '--target', triple, '--target-dir', built]
  await command('cargo', [...toolchain, 'fuzz', 'build', ...options], {
    cwd: folder,
    env: { PATH: `${join(tool, 'bin')}:${process.env.PATH}` },
    quiet: true,
  })
  return join(built, triple, 'release')
}

/** Compiles cargo-fuzz into the target folder, once for a version. */
async function installCargoFuzz() {
  if (existsSync(join(tool, 'bin', 'cargo-fuzz'))) return
  console.log(`compiling cargo-fuzz ${VERSION}: once, for a minute`)
  const install = ['install', 'cargo-fuzz', '--version', VERSION, '--root', tool, '--quiet', '--locked']
  // What optimising saves at run time is less than what it costs to compile.
  const env = { CARGO_PROFILE_RELEASE_OPT_LEVEL: '0', CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16' }
  await command('cargo', install, { env, quiet: true })
}
