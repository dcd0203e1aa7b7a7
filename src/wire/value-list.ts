// Where the values of many rows lie in one stretch of bytes: noted while the rows are walked, used again for the next stretch.

import type { ValuePlaces } from '../kernel/masker.ts'

const firstRoom = 256
/** Room for more is given back: a stretch of megabytes in which every byte is a value comes once. */
const keptRoom = 16 * 1024

export class ValueList implements ValuePlaces {
  starts = new Uint32Array(firstRoom)
  ends = new Uint32Array(firstRoom)
  count = 0

  clear(): void {
    this.count = 0
    if (this.starts.length <= keptRoom) return
    this.starts = new Uint32Array(firstRoom)
    this.ends = new Uint32Array(firstRoom)
  }

  /** In rising order, and none over another. */
  add(start: number, end: number): void {
    if (this.count === this.starts.length) {
      this.starts = twice(this.starts)
      this.ends = twice(this.ends)
    }
    this.starts[this.count] = start
    this.ends[this.count++] = end
  }
}

function twice(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2)
  larger.set(numbers)
  return larger
}
