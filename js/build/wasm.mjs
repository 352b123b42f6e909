import { copyFileSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { bindgenTool, bindgenVersion } from './bindgen.mjs'
import { command } from './command.mjs'
import { optimiseRuntime, optimiseStudio } from './optimise.mjs'
import { dist, packageFolder, root, target } from './paths.mjs'
import { once } from './stamp.mjs'

/** Builds `dist/runtime.wasm`: verify, load and evaluate, with numbers only at its boundary and no glue. */
export async function buildRuntime() {
  const module = await cargoModule('runtime', { profile: 'wasm', stack: 65_536, features: [] })
  const output = join(dist, 'runtime.wasm')
  await once(
    { name: 'runtime', inputs: [module, ...tools], outputs: [output], settings: bindgenVersion() },
    async () => {
      const folder = await bindgen('runtime', module)
      await optimiseRuntime(join(folder, 'runtime_bg.wasm'), output)
    },
  )
}

/** Builds `dist/studio.wasm` and its glue: the runtime, and what parses, lints, compiles and explains. */
export async function buildStudio() {
  const module = await cargoModule('studio', { profile: 'studio', stack: 1_048_576, features: ['studio'] })
  const output = join(dist, 'studio.wasm')
  const glue = ['studio_glue.js', 'studio_glue.d.ts']
  const outputs = [output, ...glue.map((name) => join(dist, name))]
  await once(
    { name: 'studio', inputs: [module, ...tools], outputs, settings: bindgenVersion() },
    async () => {
      const folder = await bindgen('studio_glue', module)
      for (const name of glue) copyFileSync(join(folder, name), join(dist, name))
      await optimiseStudio(join(folder, 'studio_glue_bg.wasm'), output)
    },
  )
}

const tools = ['wasm', 'optimise', 'panic', 'number-locals', 'wasm-locals', 'wasm-sections'].map((name) =>
  join(packageFolder, 'build', `${name}.mjs`),
)

/** Wherever crates are unpacked, the module that is made of them is the same: panics name the files that they come from. */
const samePaths = [
  '--config',
  `target.wasm32-unknown-unknown.rustflags=["--remap-path-prefix=${cargoHome()}=/cargo"]`,
]

function cargoHome() {
  return process.env.CARGO_HOME ?? join(homedir(), '.cargo')
}

async function cargoModule(name, { profile, stack, features }) {
  const kind = ['--lib', '--crate-type', 'cdylib', '--profile', profile, '--target', 'wasm32-unknown-unknown']
  const choice = ['--no-default-features', '--features', features.join(',')]
  const linker = ['-C', `link-arg=-zstack-size=${stack}`]
  await command('cargo', [...samePaths, 'rustc', ...kind, ...choice, '--', ...linker])
  const folder = join(target, 'wasm')
  const module = join(folder, `${name}.wasm`)
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(target, 'wasm32-unknown-unknown', profile, 'tidegate.wasm'), module)
  return module
}

async function bindgen(name, module) {
  const folder = join(target, 'wasm', name)
  mkdirSync(dist, { recursive: true })
  await command(
    bindgenTool('wasm-bindgen'),
    ['--target', 'web', '--omit-default-module-path', '--out-name', name, '--out-dir', folder, module],
    { cwd: root },
  )
  return folder
}
