import { installPackages } from './packages.mjs'
import { installWasmTarget } from './toolchain.mjs'

/** Installs what a fresh clone lacks. It needs nothing but Node and Rust, and does nothing the second time. */
export async function setUp() {
  await installPackages()
  await installWasmTarget()
}
