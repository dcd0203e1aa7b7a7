// What the masker found. Never the value itself: class, rule, field and count are all that is ever recorded.

/** `pii/email`, `pci/card`, `secret/github-token`; the list is mask/'s. */
export type DataClass = string

export interface Finding {
  readonly class: DataClass
  /** The detector that fired. */
  readonly rule: string
  /** Column, key or header name; null for running text. */
  readonly field: string | null
  readonly count: number
}

/** How much of a response was looked at: coverage is evidence, too. */
export interface Coverage {
  scannedBytes: number
  /** Bytes of types that cannot hold text. */
  opaqueBytes: number
}
