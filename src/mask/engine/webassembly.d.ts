// The part of the JavaScript interface of WebAssembly that the prefilter uses; the libraries the compiler knows without a
// browser's do not have it.

declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer
  }
  interface Instance {
    readonly exports: object
  }
  const Module: new (bytes: Uint8Array) => object
  const Memory: new (size: { readonly initial: number }) => Memory
  const Instance: new (module: object, imports: { readonly host: { readonly memory: Memory } }) => Instance
}
