import { readFileSync } from 'node:fs'
import { openClient } from '../src/client.js'
import type { Client, ClientOptions } from '../src/public.js'
import { NOW, sharedKey } from './snapshots.js'

/** Where the build wrote the runtime. */
export const runtimeFile = new URL('../dist/runtime.wasm', import.meta.url)

let module: WebAssembly.Module | undefined

export function runtimeModule(): WebAssembly.Module {
  module ??= new WebAssembly.Module(readFileSync(runtimeFile))
  return module
}

/** A first instance of the runtime that the test can reach. */
export function held(overrides: object = {}) {
  const module = runtimeModule()
  const exports = { ...new WebAssembly.Instance(module).exports, ...overrides } as {
    input(length: number): number
    load(now: number): number
    memory: WebAssembly.Memory
  }
  return { exports, compile: () => ({ module, instance: { exports } as unknown as WebAssembly.Instance }) }
}

type Compile = Parameters<typeof openClient>[1]

/** Opens a client on the built runtime, at the time of the tests' snapshots. */
export function open(
  options: Partial<ClientOptions>,
  { compile = runtimeModule, onDemand }: { readonly compile?: Compile; readonly onDemand?: boolean } = {},
): Client {
  const defaults = { trust: sharedKey().trust, refresh: false, now: () => NOW } as const
  return openClient({ ...defaults, ...options }, compile, onDemand)
}

/** The codes of the errors that a client reports from now on. */
export function codesOf(client: Client): string[] {
  const codes: string[] = []
  client.on('error', ({ code }) => codes.push(code))
  return codes
}

/** A `fetch` that answers each request with the next of `answers`, the last one for ever, and notes what was asked. */
export function answeringAll(...answers: readonly (() => Response | Promise<Response>)[]) {
  const requests: { readonly url: string; readonly init: RequestInit }[] = []
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const answer = answers[Math.min(requests.length, answers.length - 1)]
    requests.push({ url, init })
    if (!answer) throw new Error('no answer prepared')
    return answer()
  }
  return { fetch, requests }
}

/** The same where there is one file only: other requests than for `latest` are not noted, and find nothing. */
export function answering(...answers: readonly (() => Response | Promise<Response>)[]) {
  const { fetch: latest, requests } = answeringAll(...answers)
  const fetch = async (url: string, init: RequestInit): Promise<Response> =>
    /\/(head|\d+\.root|snapshot\/\w+)$/.test(url)
      ? new Response('not found', { status: 404 })
      : latest(url, init)
  return { fetch, requests }
}

/** An answer with a frame. */
export function ok(frame: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): () => Response {
  return () => new Response(frame, { headers })
}

/** An answer without a body. */
export function status(code: number, headers: Record<string, string> = {}): () => Response {
  return () => new Response(null, { status: code, headers })
}

/** A response that never comes, unless the request is aborted. */
export function hanging(url: string, init: RequestInit): Promise<Response> {
  return new Promise((_, reject) => {
    init.signal?.addEventListener('abort', () => reject(new DOMException(url, 'AbortError')))
  })
}

/** Waits until promises and microtasks that are due have run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
