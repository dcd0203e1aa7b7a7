// What a carrier has ready, piece by piece, until it is asked for. Pieces are views of what the caller pushed or of the carrier's
// own, so they are taken before the next push.

import { joined } from '../operators/editor.ts'

const empty = new Uint8Array(0)

/** So many pieces are made one: a text of nothing but escapes would otherwise be an object a byte. */
const maxPieces = 1_024

export class Output {
  #whole: Uint8Array[] = []
  #pieces: Uint8Array[] = []
  #piecesLength = 0
  #length = 0
  /** The last view, which may go on. */
  #source: Uint8Array | null = null
  #from = 0
  #to = 0
  /** Is anything else than it came? */
  isEdited = false

  /** Joins what follows the last of the same bytes. */
  pass(bytes: Uint8Array, from: number, to: number): void {
    if (bytes === this.#source && from === this.#to) {
      this.#to = to
      return
    }
    this.#close()
    this.#source = bytes
    this.#from = from
    this.#to = to
  }

  put(bytes: Uint8Array): void {
    this.#close()
    this.#add(bytes)
  }

  take(): Uint8Array {
    this.#close()
    const whole = this.#length === 0 ? empty : joined([...this.#whole, ...this.#pieces], this.#length)
    this.drop()
    return whole
  }

  /** Forgets what is ready: the caller gives the piece itself. */
  drop(): void {
    this.#whole = []
    this.#pieces = []
    this.#piecesLength = 0
    this.#length = 0
    this.#source = null
    this.isEdited = false
  }

  #close(): void {
    if (this.#source !== null) this.#add(this.#source.subarray(this.#from, this.#to))
    this.#source = null
  }

  #add(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#pieces.push(bytes)
    this.#piecesLength += bytes.length
    this.#length += bytes.length
    if (this.#pieces.length >= maxPieces) this.#join()
  }

  #join(): void {
    this.#whole.push(joined(this.#pieces, this.#piecesLength))
    this.#pieces = []
    this.#piecesLength = 0
  }
}
