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
  /** The id of the operator's rule by which it was not masked. */
  readonly ignoredBy?: string
}

/** How much of a response was looked at: coverage is evidence, too. */
export interface Coverage {
  scannedBytes: number
  /** Bytes that were not looked at, for whatever reason: of types that cannot hold text, and `encodedBytes`. */
  opaqueBytes: number
  /** Letters of Base64 too long and too much unlike text to be decoded. They were looked at as they stand. */
  encodedBytes?: number
  /** Of `scannedBytes`, those that were looked at for fewer classes: permission discloses the others. */
  disclosedBytes?: number
}
