// Positions that were handed out and whose events are lost or not to be trusted: asked about them, the journal says no,
// even after later ones are on disk.

import type { Position } from '../kernel/event.ts'

/** Beyond this many, the two oldest become one that covers what lies between: it may say no once too often, never yes. */
const maxRanges = 64

export class LostPositions {
  readonly #ranges: { readonly after: Position; readonly through: Position }[] = []

  /** Everything after `after` and up to `through`. */
  add(after: Position, through: Position): void {
    if (through <= after) return
    this.#ranges.push({ after, through })
    const [oldest, second] = this.#ranges
    if (this.#ranges.length <= maxRanges || oldest === undefined || second === undefined) return
    this.#ranges.splice(0, 2, { after: oldest.after, through: second.through })
  }

  has(position: Position): boolean {
    for (const range of this.#ranges) if (position > range.after && position <= range.through) return true
    return false
  }
}
