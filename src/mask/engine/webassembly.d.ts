// The part of the JavaScript interface of WebAssembly that the prefilter uses; the libraries the compiler knows without a
// browser's do not have it.

declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Memory {
    readonly buffer: ArrayBuffer
  }
  class Instance {
    constructor(module: Module)
    readonly exports: object
  }
}
