import type { EvaluationErrorCode, Exit, Reason } from './engine/evaluation.js'
import load, * as glue from './studio_glue.js'

/** A file of a project; the path is relative to the project's folder, with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** One thing that is wrong, and where: lines and columns count from 1, `start` and `end` are indexes into the text. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly message: string
  readonly help?: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly start: number
  readonly end: number
}

/** What a snapshot is made for; moments are epoch milliseconds. */
export interface CompileOptions {
  readonly environment: string
  readonly audience: 'client' | 'server'
  readonly version: number
  readonly issuedAt: number
  /** `issuedAt` unless given. */
  readonly notBefore?: number
  /** `issuedAt` and the project's lifetime unless given. */
  readonly expires?: number
  /** 32 random bytes, of which the development key is made that signs. */
  readonly seed: Uint8Array
}

export interface Compilation {
  /** Absent when a diagnostic is an error. */
  readonly frame?: Uint8Array<ArrayBuffer>
  /** The trust string of the key that signed: `ed25519-dev:BASE64`. */
  readonly trust: string
  readonly diagnostics: readonly Diagnostic[]
}

/** An answer in full. */
export interface Evaluation {
  readonly flag: string
  /** Absent, with `value`, when the engine cannot read the flag. */
  readonly variant?: string
  readonly value?: unknown
  readonly reason: Reason
  readonly exit: Exit
  readonly errorCode?: EvaluationErrorCode
  readonly rule?: string
  readonly ruleIndex?: number
  readonly arm: 'none' | 'treatment' | 'control'
  readonly stage?: string
  readonly bucket?: number
  readonly unitAttribute?: string
  readonly dependsOnTime: boolean
  /** Epoch milliseconds. */
  readonly nextChangeAt?: number
}

/** A step of an evaluation, and the steps that it was made of, those that it did not reach too. */
export interface Trace {
  readonly text: string
  readonly outcome: 'holds' | 'fails' | 'not-reached' | 'info'
  readonly children: readonly Trace[]
}

export interface Explanation {
  readonly evaluation: Evaluation
  readonly trace: Trace
}

/** What turns files into snapshots and tells what is in them. Errors begin with a code: `SIGNATURE_INVALID: …`. */
export interface Studio {
  /** Everything that is wrong or doubtful in the files of a project. */
  lint(files: readonly SourceFile[]): Diagnostic[]
  /** The files as a signed frame. */
  compile(files: readonly SourceFile[], options: CompileOptions): Compilation
  /** The whole snapshot in a frame, as JSON in the words of the files; its signature is not checked. */
  inspect(frame: Uint8Array): Record<string, unknown>
  /** Decides a flag and tells how. The context is JSON: moments are RFC 3339 strings or epoch milliseconds. */
  explain(
    frame: Uint8Array,
    trust: string,
    flag: string,
    context: Readonly<Record<string, unknown>>,
    nowMs: number,
  ): Explanation
}

/** Loads the studio, once; `studio.wasm` is found beside this module unless it is handed over. */
export async function openStudio(wasm?: WebAssembly.Module | BufferSource): Promise<Studio> {
  await load({ module_or_path: wasm ?? beside(new URL('./studio.wasm', import.meta.url)) })
  return glue as unknown as Studio
}

/** What the loader takes: it can fetch, but not from Node's file system. */
function beside(url: URL): unknown {
  const files = url.protocol === 'file:' ? globalThis.process?.getBuiltinModule?.('node:fs') : undefined
  return files ? files.readFileSync(url) : url
}
