// The record, read back for people: the index, and the content of one action, decrypted.

import type { RecordedAction } from '../kernel/protocol.ts'
import type { EventRow, RecordIndex } from '../kernel/seal-store.ts'

export interface RecordReader {
  readonly index: RecordIndex
  /** null when nothing was kept of it, or its key was destroyed. */
  action(row: EventRow): Promise<Omit<RecordedAction, 'label'> | null>
  /** An object of the log: its checkpoint, tiles, entries. null when there is none. */
  logObject(key: string): Promise<Uint8Array | null>
}
