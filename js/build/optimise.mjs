import { readFileSync, writeFileSync } from 'node:fs'
import { BuildError } from './command.mjs'
import { numberLocals } from './number-locals.mjs'
import { isPanicPath, withoutPanicTexts } from './panic.mjs'

/**
 * Makes the runtime as small as it can be: numbers go in and out, so nothing but its own exports is needed.
 *
 * wasm-bindgen adds exports whose names begin with `__`, for values that this build never passes; without them its
 * one import goes, and no glue is left to load. Rust's panics become a trap, since nobody could read their messages:
 * what formats them is a good part of a small module.
 */
export async function optimiseRuntime(input, output) {
  const { module } = await shrunkRuntime(input)
  strip(module)
  writeFileSync(output, numberLocals(module.emitBinary()))
  module.dispose()
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(output)))
  if (imports.length > 0) {
    const names = imports.map((entry) => `${entry.module} ${entry.name}`).join(', ')
    throw new BuildError(`${output}: the runtime build may import nothing, but imports ${names}`)
  }
}

/** The bytes of the same module while its functions still have their names. */
export async function namedRuntime(input) {
  const { binaryen, module } = await shrunkRuntime(input)
  binaryen.setDebugInfo(true)
  const bytes = numberLocals(module.emitBinary())
  binaryen.setDebugInfo(false)
  module.dispose()
  return bytes
}

async function shrunkRuntime(input) {
  const { binaryen, module } = await read(withoutPanicTexts(readFileSync(input)))
  for (const name of exportNames(binaryen, module)) {
    if (name.startsWith('__')) module.removeExport(name)
  }
  for (const { reference, name } of functions(binaryen, module)) {
    if (isPanicPath(name)) binaryen.Function.setBody(reference, module.unreachable())
  }
  optimise(binaryen, module, 2)
  // For brotli: functions of one crate resemble one another, so they stand together; and loads and stores that all give
  // the same hint of their alignment, which engines ignore, are repeated more often.
  module.runPasses(['reorder-functions-by-name', 'dealign'])
  const formats = functions(binaryen, module).find(({ name }) => /\bfmt::/.test(name))
  if (formats) throw new BuildError(`${input}: the runtime build may write no text, but has ${formats.name}`)
  return { binaryen, module }
}

function functions(binaryen, module) {
  return Array.from({ length: module.getNumFunctions() }, (_, index) => {
    const reference = module.getFunctionByIndex(index)
    return { reference, name: binaryen.getFunctionInfo(reference).name }
  })
}

/** Optimises a build that keeps its glue. */
export async function optimiseStudio(input, output) {
  const { binaryen, module } = await read(readFileSync(input))
  optimise(binaryen, module, 1)
  strip(module)
  write(module, output)
}

async function read(bytes) {
  const { default: binaryen } = await import('binaryen')
  const module = binaryen.readBinary(bytes)
  module.setFeatures(
    [
      'MutableGlobals',
      'NontrappingFPToInt',
      'SignExt',
      'BulkMemory',
      'BulkMemoryOpt',
      'ReferenceTypes',
      'Multivalue',
    ]
      .map((name) => binaryen.Features[name])
      .reduce((all, feature) => all | feature, binaryen.Features.MVP),
  )
  return { binaryen, module }
}

function exportNames(binaryen, module) {
  return Array.from(
    { length: module.getNumExports() },
    (_, index) => binaryen.getExportInfo(module.getExportByIndex(index)).name,
  )
}

function optimise(binaryen, module, rounds) {
  binaryen.setOptimizeLevel(2)
  binaryen.setShrinkLevel(2)
  // What calls a function is smaller after brotli than what repeats it, and rustc has inlined where it pays.
  binaryen.setOneCallerInlineMaxSize(0)
  binaryen.setAlwaysInlineMaxSize(0)
  for (let round = 0; round < rounds; round++) {
    module.runPasses(['remove-unused-module-elements'])
    module.optimize()
  }
}

function strip(module) {
  module.runPasses(['strip-debug', 'strip-producers', 'strip-target-features'])
}

function write(module, path) {
  writeFileSync(path, module.emitBinary())
  module.dispose()
}
