// Where the values of many rows lie in one stretch of bytes: noted while the rows are walked, used again for the next stretch.

import type { ValuePlaces } from '../kernel/masker.ts'

export class ValueList implements ValuePlaces {
  starts = new Uint32Array(256)
  ends = new Uint32Array(256)
  count = 0

  clear(): void {
    this.count = 0
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
