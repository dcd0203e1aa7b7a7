// What of a request goes to the API in place of what it is not to see: the text of messages and of the system prompt, nothing
// else. What is signed or encrypted, pictures and files in Base64, tools, settings and credentials go as they came, and so does
// every byte between: a request in which nothing is replaced is the one that came.

import type { Masker } from '../../kernel/masker.ts'
import { patchSpans, type Edit } from '../../wire/patch.ts'
import { eachElement, eachMember, isMalformedJson, JsonCursor } from './json-cursor.ts'
import { maskLeaves, type LeafWork } from './leaves.ts'
import type { Endpoint } from './route.ts'

/** Members of a Messages request, or of an older completion, that hold what people and tools wrote. */
const written = new Set(['system', 'messages', 'prompt'])

/** @returns the same object when nothing changed, and for a body that is not JSON */
export function toOutward(endpoint: Endpoint, body: Uint8Array, masker: Masker): Uint8Array {
  if (body.length === 0 || endpoint === 'file' || endpoint === 'list') return body
  const edits: Edit[] = []
  const work: LeafWork = { masker, edits, toResultsUrl: null, isOutward: true }
  try {
    const cursor = new JsonCursor().reset(body, 0, body.length)
    if (cursor.kind() !== 'object') return body
    if (endpoint === 'batch') maskBatch(cursor, work)
    else maskRequest(cursor, work)
    cursor.requireEnd()
  } catch (error) {
    // The endpoints that are read were read before. What is no JSON is a path of its own that policy let pass as it is.
    if (!isMalformedJson(error)) throw error
    return body
  }
  return patchSpans(body, edits)
}

function maskRequest(cursor: JsonCursor, work: LeafWork): void {
  eachMember(cursor, (key) => {
    if (written.has(key)) maskLeaves(cursor, work)
    else cursor.skip()
  })
}

/** `{"requests":[{"custom_id":…,"params":{…}},…]}` */
function maskBatch(cursor: JsonCursor, work: LeafWork): void {
  eachMember(cursor, (key) => {
    if (key !== 'requests' || cursor.kind() !== 'array') return cursor.skip()
    eachElement(cursor, Number.POSITIVE_INFINITY, () => {
      if (cursor.kind() !== 'object') return cursor.skip()
      eachMember(cursor, (member) => {
        if (member === 'params' && cursor.kind() === 'object') maskRequest(cursor, work)
        else cursor.skip()
      })
    })
  })
}
