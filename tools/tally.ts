// What a run comes to. Everything that runs anything adds to one of these; the closing line is made of it.

export interface Tally {
  passed: number
  failed: number
  /** Of those that passed: not run again, because nothing that they see has changed since. */
  unchanged: number
  /** With the reason. */
  readonly leftOut: string[]
}

export function newTally(): Tally {
  return { passed: 0, failed: 0, unchanged: 0, leftOut: [] }
}

export function addTo(tally: Tally, more: Tally): void {
  tally.passed += more.passed
  tally.failed += more.failed
  tally.unchanged += more.unchanged
  tally.leftOut.push(...more.leftOut)
}
