// Noise that is the same every time: what turns a test red is then a change, and not its luck.

import { Random } from '../fuzz/random.ts'

export class Noise {
  readonly #random: Random

  constructor(seed: number) {
    this.#random = new Random(seed)
  }

  /** From 0 up to 1, and not 1. */
  fraction(): number {
    return ((this.#random.uint32() >>> 5) * 2 ** 26 + (this.#random.uint32() >>> 6)) / 2 ** 53
  }

  /** From `min` up to `end`, and not that. */
  integer(min: number, end: number): number {
    return min + Math.floor(this.fraction() * (end - min))
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.#random.below(256)))
  }

  /** Of version 4. */
  uuid(): string {
    const bytes = this.bytes(16)
    bytes[6] = 0x40 | ((bytes[6] ?? 0) & 0x0f)
    bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
    const hex = bytes.toString('hex')
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  }
}
