import { existsSync } from 'node:fs'
import { BuildError, command } from './command.mjs'

const TARGET = 'wasm32-unknown-unknown'

/** Makes sure that cargo can build for WebAssembly; `rust-toolchain.toml` names the version of Rust. */
export async function installWasmTarget() {
  if (await hasWasmTarget()) return
  console.log(`adding the Rust target ${TARGET}`)
  await command('rustup', ['target', 'add', TARGET])
}

async function hasWasmTarget() {
  try {
    const folder = await command('rustc', ['--print', 'target-libdir', '--target', TARGET], { quiet: true })
    return existsSync(folder.trim())
  } catch (cause) {
    throw new BuildError(`cannot run rustc: install Rust with rustup\n${cause.message}`, { cause })
  }
}
