// What masks a stretch of bytes in one pass: who says what may be seen, and where the changed bytes are written.

import type { ValueMasker } from '../../kernel/masker.ts'
import type { Splice } from '../../wire/splice.ts'

export interface Masking {
  readonly masker: ValueMasker
  /** Opened on the very bytes that are masked. */
  readonly splice: Splice
}
