// The record, read back for people: the index, and the content of one action, decrypted.

import type { RecordedAction } from '../kernel/protocol.ts'
import type { ContentState } from './contract.ts'
import type { EventRow, RecordIndex } from '../kernel/seal-store.ts'

export interface ReadAction extends Omit<RecordedAction, 'label'> {
  readonly state: ContentState
}

export interface RecordReader {
  readonly index: RecordIndex
  action(row: EventRow): Promise<ReadAction>
  /** An object of the log: its checkpoint, tiles, entries. null when there is none. */
  logObject(key: string): Promise<Uint8Array | null>
}
