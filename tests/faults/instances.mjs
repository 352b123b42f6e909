/** All instances of WebAssembly modules that are made from now on, until `stop`: what is under the engine can be reached. */
export function watchInstances() {
  const { Instance } = WebAssembly
  const instances = []
  WebAssembly.Instance = class extends Instance {
    constructor(module, imports) {
      super(module, imports)
      instances.push(this.exports)
    }
  }
  return {
    instances,
    stop() {
      WebAssembly.Instance = Instance
    },
  }
}
