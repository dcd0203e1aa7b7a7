// A key of JSON while it is read: as it is written, and as it is meant. Nearly every key is the name of a field and passes; one
// with a digit or an @ in it may be somebody's address or number, and is looked at like a value. And a value that may be a short one
// of what others named, or a document: that shows when it ends.

import { Buffer } from 'node:buffer'
import { isOneWord, maxTextBytes } from '../engine/pair-names.ts'

const maxNameBytes = 256
/** Longer keys are looked at as they come. */
export const maxHeldBytes = 512

interface Piece {
  readonly written: Uint8Array
  readonly meant: Uint8Array
}

/** Could it be more than a name? The same for a key in one piece and in many. */
export function mayBeValue(meant: Uint8Array, from: number, to: number): boolean {
  if (to - from < 6) return false
  for (let i = from; i < to; i++) {
    const byte = meant[i] ?? 0
    if (byte === 0x40 || (byte >= 0x30 && byte <= 0x39) || byte >= 0x80) return true
  }
  return false
}

export class JsonKey {
  /** Not yet given out. */
  pieces: Piece[] = []
  readonly #name = Buffer.alloc(maxNameBytes)
  #nameBytes = 0
  #heldBytes = 0

  get isEmpty(): boolean {
    return this.pieces.length === 0
  }

  /** Too long to be held. */
  get isLong(): boolean {
    return this.#heldBytes > maxHeldBytes
  }

  /** Of a value: longer than what somebody names. */
  get isDocument(): boolean {
    return this.#nameBytes > maxTextBytes
  }

  /** Of a value: it is no text. */
  get isWord(): boolean {
    return isOneWord(this.name)
  }

  get name(): string {
    return this.#name.toString('utf8', 0, this.#nameBytes)
  }

  get mayBeValue(): boolean {
    return this.#nameBytes === maxNameBytes || mayBeValue(this.#name, 0, this.#nameBytes)
  }

  begin(): void {
    this.pieces = []
    this.#nameBytes = 0
    this.#heldBytes = 0
  }

  /** Of the name only: the bytes go out by themselves. */
  read(meant: Uint8Array, from: number, to: number): void {
    for (let i = from; i < to && this.#nameBytes < maxNameBytes; i++) this.#name[this.#nameBytes++] = meant[i] ?? 0
  }

  /** @param written the caller's own bytes, copied before the key is kept over a push */
  hold(written: Uint8Array, meant: Uint8Array): void {
    this.read(meant, 0, meant.length)
    this.pieces.push({ written, meant })
    this.#heldBytes += written.length
  }

  take(): readonly Piece[] {
    const { pieces } = this
    this.pieces = []
    return pieces
  }
}
