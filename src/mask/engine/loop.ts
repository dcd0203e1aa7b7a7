// A state that leads to itself, over a stretch of bytes: what is known of the stretch is remembered, so that runs that begin one
// behind the other do not read the same long value again and again.

import type { Automaton } from './automaton.ts'

const empty = new Uint8Array(0)

export class Loop {
  readonly #automaton: Automaton
  #bytes: Uint8Array = empty
  #cell = 0
  #generation = 0
  /** All bytes between lead to the cell from itself. */
  #start = 0
  #end = 0

  constructor(automaton: Automaton) {
    this.#automaton = automaton
  }

  open(bytes: Uint8Array): void {
    this.#bytes = bytes
    this.#cell = 0
  }

  /** @returns the first place from `from` on that leads elsewhere than to `cell`, at most `limit` */
  endOf(cell: number, from: number, limit: number): number {
    const { table, columnCells, generation } = this.#automaton
    const isSame = cell === this.#cell && generation === this.#generation
    if (!isSame || from < this.#start || from > this.#end) {
      this.#cell = cell
      this.#generation = generation
      this.#start = from
      this.#end = from
    }
    const bytes = this.#bytes
    const state = cell >>> 1
    let i = Math.min(this.#end, limit)
    while (i < limit && table[(bytes[i] ?? 0) * columnCells + state] === cell) i++
    if (i > this.#end) this.#end = i
    return i
  }
}
