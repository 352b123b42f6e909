import { bindgenTool } from '../js/build/bindgen.mjs'

const wasm = ['--target', 'wasm32-unknown-unknown']
const clippy = ['cargo', 'clippy', '--quiet']
const bare = ['--lib', '--no-default-features']
const denied = ['--', '--deny', 'warnings']

/**
 * What `npm test` does, in order: cheap checks first, and what a step needs is built by one before it.
 *
 * `run` is a command, started at the top folder with npm's programs in its path; `env` is added to its environment;
 * `needs` names programs that the machine must have.
 */
export const steps = [
  { name: 'rustfmt', run: ['cargo', 'fmt', '--check'] },
  { name: 'biome', run: ['biome', 'check', '.'] },
  { name: 'clippy', run: [...clippy, '--all-targets', '--features', 'cli', ...denied] },
  { name: 'clippy-runtime', run: [...clippy, ...bare, ...wasm, ...denied] },
  { name: 'clippy-studio', run: [...clippy, ...bare, '--features', 'studio', ...wasm, ...denied] },
  {
    name: 'rustdoc',
    run: ['cargo', 'doc', '--no-deps', '--lib', '--features', 'cli'],
    env: { RUSTDOCFLAGS: '-Dwarnings' },
  },
  { name: 'native', needs: ['openssl'], run: ['cargo', 'test', '--features', 'cli'] },
  { name: 'build', run: ['node', 'js/build/build.mjs'] },
  { name: 'size', run: ['node', '--test', 'tests/size.test.mjs'] },
  { name: 'types-js', run: ['tsc', '--project', 'js'] },
  { name: 'types-www', run: ['tsc', '--project', 'www'] },
  { name: 'js', needs: ['chromium'], run: ['vitest', 'run', '--root', 'js'] },
  { name: 'faults', run: ['node', 'tests/faults/run.mjs'] },
  { name: 'endurance', run: ['node', 'tests/faults/endurance.mjs'] },
  { name: 'reach', run: ['node', 'tests/faults/reach.mjs'] },
  {
    name: 'hosts',
    needs: ['chromium'],
    run: ['node', 'tests/hosts/run.mjs'],
  },
  {
    name: 'bench-tests',
    run: ['node', '--test', 'tests/bench/check.test.mjs', 'tests/bench/compare.test.mjs'],
  },
  { name: 'bench', run: ['node', 'tests/bench/run.mjs', '--short'] },
  { name: 'readme', run: ['node', 'tests/readme/run.mjs'] },
  {
    name: 'lab',
    run: ['node', '--test', 'www/test/lab.test.mjs'],
    needs: ['chromium'],
  },
  {
    name: 'pages',
    run: ['node', '--test', 'tests/pages/status.test.mjs', 'tests/pages/analysis.test.mjs'],
    needs: ['chromium'],
  },
  { name: 'pipelines', run: ['node', '--test', 'tests/pipelines/pipelines.test.mjs'] },
  { name: 'fuzz', run: ['node', 'tests/fuzz/run.mjs', '--seconds', '30'] },
  {
    name: 'bindings',
    run: ['cargo', 'test', '--features', 'studio', '--test', 'wasm', ...wasm],
    env: { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: bindgenTool('wasm-bindgen-test-runner') },
  },
]
