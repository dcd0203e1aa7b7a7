// A value that must not be printed. It leaves its box only through `reveal`, and tools/laws.ts lists the files that
// may call it, so a reviewer of a leak has a handful of places to read.

const mask = '‹secret›'

export class Secret<T extends string | Uint8Array = string> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  reveal(): T {
    return this.#value
  }

  toString(): string {
    return mask
  }

  toJSON(): string {
    return mask
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return mask
  }
}
