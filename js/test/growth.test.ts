import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

describe('the memory of the engine', () => {
  it('has room for frames that grow where smaller ones were', () => {
    const module = new WebAssembly.Module(readFileSync(new URL('../dist/runtime.wasm', import.meta.url)))
    const { memory, input, load } = new WebAssembly.Instance(module).exports as unknown as Exports
    let length = 200_000
    for (; length < 2_000_000; length += 1_000) {
      input(length)
      load(0)
    }
    expect(memory.buffer.byteLength).toBeLessThan(2 * length)
  })
})

interface Exports {
  readonly memory: WebAssembly.Memory
  /** Makes room for a frame. */
  readonly input: (length: number) => number
  /** Takes it, and gives the room back. */
  readonly load: (now: number) => number
}
