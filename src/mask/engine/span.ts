// A finding as the scanner knows it: which bytes, by which detector.

/** A detector failed: the rest of the value is masked. */
export const failedRule = -1
export interface Span {
  /** Offsets in the scanner's `bytes`. */
  readonly start: number
  end: number
  /** Index of the detector, or `failedRule`. */
  readonly rule: number
  readonly score: number
  /** More of what an earlier span began: masked, without a second mark. */
  readonly continued: boolean
}
