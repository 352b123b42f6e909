import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BuildError, command } from './command.mjs'
import { root, target } from './paths.mjs'

/** The exact version of wasm-bindgen that `Cargo.toml` pins: its command line tool must be of the same one. */
export function bindgenVersion() {
  const version = /^wasm-bindgen = "=([^"]+)"/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'))?.[1]
  if (!version) throw new BuildError('Cargo.toml: expected wasm-bindgen to be pinned as "=x.y.z"')
  return version
}

/** Where a tool that comes with wasm-bindgen-cli is, once `installBindgen` is done. */
export function bindgenTool(name) {
  return join(bindgenFolder(), 'bin', name)
}

/** Compiles wasm-bindgen-cli into the target folder. It is done once for a version, and takes minutes. */
export async function installBindgen() {
  if (existsSync(bindgenTool('wasm-bindgen')) && existsSync(bindgenTool('wasm-bindgen-test-runner'))) return
  const version = bindgenVersion()
  console.log(`compiling wasm-bindgen ${version}: once, for some minutes`)
  const install = ['install', 'wasm-bindgen-cli', '--version', version, '--root', bindgenFolder(), '--quiet']
  // Little optimisation: what it saves at run time is less than what it costs to compile.
  const env = { CARGO_PROFILE_RELEASE_OPT_LEVEL: '1', CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16' }
  try {
    await command('cargo', [...install, '--locked'], { env, quiet: true })
  } catch {
    // A registry mirror may lag behind the tool's own lock file.
    await command('cargo', install, { env })
  }
}

function bindgenFolder() {
  return join(target, 'tools', `wasm-bindgen-${bindgenVersion()}`)
}
