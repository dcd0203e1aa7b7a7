// The record as the API reads it: the index, an action's content, and the log's public parts.

import type { KeyObject } from 'node:crypto'
import type { RecordReader } from '../admin/record-reader.ts'
import type { ObjectStore } from '../kernel/object-store.ts'
import type { EventRow, RecordIndex } from '../kernel/seal-store.ts'
import { readRequest, readResponse } from '../seal/payload-reader.ts'

/** More of an answer than this is not rendered for people; `sallyport verify` reads all of it. */
const maxResponseBytes = 1024 * 1024
const nothing = new Uint8Array(0)

export function createRecordContent(index: RecordIndex, objects: ObjectStore, kek: KeyObject): RecordReader {
  const place = { index, objects, kek }
  return {
    index,
    async action(row: EventRow) {
      const request = await readRequest(place, row)
      const response = await readResponse(place, row, maxResponseBytes)
      const bytes = response.state === 'here' ? response.value : nothing
      const parts = request.state === 'here' ? request.value.parts : []
      return { parts, response: bytes, truncated: bytes.length < row.responseBytes }
    },
    logObject: async (key) => await objects.get(key),
  }
}
