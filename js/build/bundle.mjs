import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { arrange } from './arrange.mjs'
import { internalNames } from './internal-names.mjs'
import { minify } from './minify.mjs'
import { dist, packageFolder, target } from './paths.mjs'
import { once } from './stamp.mjs'

/** Bundles each file of `src/entry` to one module of its own name in `dist`: an app loads one of them, and chunks cost bytes. */
export async function bundle() {
  removeOldModules()
  const folder = join(packageFolder, 'src', 'entry')
  const entryPoints = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.ts')) : []
  if (entryPoints.length === 0) return
  const [onDemand, resident] = [true, false].map((rests) =>
    entryPoints.filter((name) => ON_DEMAND.includes(name) === rests),
  )
  await bundleEntries(folder, onDemand, false)
  await bundleEntries(folder, resident, true)
}

/** The entries whose clients may have to rest between requests; the others leave that out. */
const ON_DEMAND = ['edge-light.ts', 'slim.ts', 'workerd.ts']

async function bundleEntries(folder, names, resident) {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    absWorkingDir: packageFolder,
    entryPoints: names.map((name) => join(folder, name)),
    outdir: dist,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    bundle: true,
    minify: true,
    define: { RESIDENT: String(resident) },
    mangleProps: new RegExp(`^(${internalNames.join('|')})$`),
    write: false,
    external: ['node:*', '*.wasm', '*.wasm?module', '*/studio_glue.js', '@openfeature/*'],
    plugins: [base64],
    logLevel: 'warning',
  })
  for (const { path, text } of outputFiles) {
    const small = await minify(text)
    writeFileSync(path, ARRANGED.includes(basename(path)) ? await arranged(small) : small)
  }
}

/** What browsers load, and its twin: the bytes count, and seconds are well spent on them. */
const ARRANGED = ['browser.js', 'default.js']

/** Not arranged again while it is the same. */
async function arranged(text) {
  const folder = join(target, 'arranged')
  const [input, output] = [join(folder, 'input.js'), join(folder, 'output.js')]
  mkdirSync(folder, { recursive: true })
  writeFileSync(input, text)
  const inputs = [input, join(packageFolder, 'build', 'arrange.mjs')]
  await once({ name: 'arranged', inputs, outputs: [output] }, async () =>
    writeFileSync(output, await arrange(text)),
  )
  return readFileSync(output, 'utf8')
}

/** So that an entry which is no more does not stay. */
function removeOldModules() {
  mkdirSync(dist, { recursive: true })
  for (const name of readdirSync(dist)) {
    if (/\.js(\.map)?$/.test(name) && !name.startsWith('studio_glue')) rmSync(join(dist, name))
  }
}

/** `import base64 from 'runtime.wasm?base64'`: the bytes of a built module as a string, for entries that carry them. */
const base64 = {
  name: 'base64',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\w+\.wasm\?base64$/ }, ({ path }) => ({
      path: join(dist, path.replace(/\?.*$/, '')),
      namespace: 'base64',
    }))
    onLoad({ filter: /.*/, namespace: 'base64' }, ({ path }) => ({
      contents: readFileSync(path),
      loader: 'base64',
      watchFiles: [path],
    }))
  },
}
