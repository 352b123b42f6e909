import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
// @ts-expect-error the build is plain JavaScript
import { internalNames } from '../build/internal-names.mjs'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const entries = readdirSync(path('../src/entry')).filter((name) => name.endsWith('.ts'))

describe('the package', () => {
  it('has types that hold what they promise', () => {
    execFileSync(process.execPath, [path('../../node_modules/typescript/bin/tsc'), '--project', path('.')], {
      stdio: 'inherit',
    })
  })

  it('shortens no name that it promises, and none of the runtime', () => {
    const files = [
      'types',
      'engine/evaluation',
      'error',
      'source/source',
      'store/store',
      'delivery/nudge',
      'kv',
      'source/kv-source',
      'delivery/sse',
      'engine/runtime',
      'exposures/exposure',
      'exposures/exposures',
      'exposures/ndjson',
    ]
    const members = files
      .map((name) => readFileSync(path(`../src/${name}.ts`), 'utf8'))
      .flatMap((text) => text.match(/^export (interface|type) [\s\S]*?^(?=\}|$)/gm) ?? [])
      .filter((declaration) => !declaration.startsWith('export interface Runtime {'))
      .flatMap((declaration) => [...declaration.matchAll(/(?:^ {2}|\breadonly )(?:readonly )?(\w+)[?(:<]/gm)])
      .map(([, member]) => member as string)
    expect(members).toEqual(
      expect.arrayContaining(['trust', 'flagMetadata', 'retryAfter', 'type', 'configure']),
    )
    expect(internalNames.filter((name: string) => members.includes(name))).toEqual([])
  })

  it.each(entries)('does no work when %s is imported', async (name) => {
    // What is left of an import that nobody uses is what has effects.
    const { outputFiles } = await build({
      stdin: { contents: `import './${name}'`, resolveDir: path('../src/entry') },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'neutral',
      ignoreAnnotations: true,
      external: ['node:*', '*.wasm', '*.wasm?module', '*.wasm?base64', '*/studio_glue.js'],
      write: false,
    })
    const left = outputFiles[0]?.text.replaceAll(/import\b[^;]*"[^"]+";/g, '').trim()
    expect(left).toBe('')
  })
})
