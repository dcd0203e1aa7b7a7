// What a carrier has ready until it is asked for. A stretch of the caller's bytes is a view of them for as long as nothing else
// comes; stretches and what stands between them are gathered.

import { Scratch } from './scratch.ts'

const empty = new Uint8Array(0)

export class Output {
  readonly #ready = new Scratch()
  /** The last stretch, which may go on. */
  #source: Uint8Array | null = null
  #from = 0
  #to = 0
  /** Is anything else than it came? */
  isEdited = false

  /** Joins what follows the last of the same bytes. They stay as they are until what is ready is taken. */
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
    this.#ready.add(bytes)
  }

  take(): Uint8Array {
    const source = this.#source
    if (this.#ready.length === 0) {
      this.drop()
      return source === null ? empty : source.subarray(this.#from, this.#to)
    }
    this.#close()
    const whole = this.#ready.take()
    this.drop()
    return whole
  }

  /** Forgets what is ready: the caller gives the piece itself. */
  drop(): void {
    this.#ready.clear()
    this.#source = null
    this.isEdited = false
  }

  #close(): void {
    if (this.#source !== null) this.#ready.range(this.#source, this.#from, this.#to)
    this.#source = null
  }
}
