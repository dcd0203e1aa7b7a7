// The record as the API reads it: the index, an action's content, and the log's public parts.

import type { KeyObject } from 'node:crypto'
import type { ContentState } from '../admin/contract.ts'
import type { RecordReader } from '../admin/record-reader.ts'
import type { ObjectStore } from '../kernel/object-store.ts'
import type { EventRow, RecordIndex } from '../kernel/seal-store.ts'
import { readRequest, readResponse, type Payload, type RecordedAnswer } from '../seal/payload-reader.ts'

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
      const parts = request.state === 'here' ? request.value.parts : []
      const bytes = response.state === 'here' ? response.value.bytes : nothing
      return { parts, response: bytes, state: toState(row, request, response) }
    },
    logObject: async (key) => await objects.get(key),
  }
}

/** What is not shown is told apart: only what the capture left out was not kept. */
function toState(row: EventRow, request: Payload<unknown>, response: Payload<RecordedAnswer>): ContentState {
  const states = new Set([request.state, response.state])
  if (states.has('erased')) return 'erased'
  if (states.has('pending')) return 'pending'
  const length = response.state === 'here' ? response.value.bytes.length : 0
  if (length >= row.responseBytes) return 'whole'
  return response.state === 'here' ? missing[response.value.rest] : 'not-kept'
}

const missing: { readonly [rest in RecordedAnswer['rest']]: ContentState } = {
  none: 'not-kept',
  more: 'not-shown',
  pending: 'pending',
}
