// What a value had before the bytes that are known now: as many as words and checks look back for. Kept in one place, because a
// value may come in pieces of a few bytes.

import { Buffer } from 'node:buffer'
import { copyBytes } from '../copy-bytes.ts'
import { edge } from './byte-set.ts'

const none = Buffer.alloc(0)

export class Behind {
  /** How many are known. */
  length = 0

  readonly #reach: number
  /** Full at its end. Made for the first bytes: most values come whole. */
  #bytes: Buffer = none

  /** @param reach how many are kept at most */
  constructor(reach: number) {
    this.#reach = reach
  }

  /** @param distance 1 is the last one. @returns `edge` where none is known */
  byte(distance: number): number {
    return distance <= this.length ? (this.#bytes[this.#reach - distance] ?? edge) : edge
  }

  /** The last of them. @param count at most `length` */
  latin1(count: number): string {
    return this.#bytes.toString('latin1', this.#reach - count, this.#reach)
  }

  /** These follow; what is too far back then is forgotten. */
  add(bytes: Uint8Array, from: number, to: number): void {
    const reach = this.#reach
    if (this.#bytes === none) this.#bytes = Buffer.alloc(reach)
    const own = this.#bytes
    const first = Math.max(from, to - reach)
    const at = reach - (to - first)
    const kept = Math.min(this.length, at)
    if (kept > 0) own.copyWithin(at - kept, reach - kept, reach)
    copyBytes(bytes, first, to, own, at)
    this.length = kept + to - first
  }

  clear(): void {
    this.length = 0
  }
}
