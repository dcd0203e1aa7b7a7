// What of a request goes to the API in place of what it is not to see: the text of messages and of the system prompt, and every
// member of a Messages request that is not known to be something else. What is signed or encrypted, pictures and files in Base64,
// tools, settings and credentials go as they came, and so does every byte between: a request in which nothing is replaced is the
// one that came.

import { isUtf8 } from 'node:buffer'
import type { Masker } from '../../kernel/masker.ts'
import { patchSpans, type Edit } from '../../wire/patch.ts'
import { JsonCursor } from './json-cursor.ts'
import { eachElement, eachMember, MemberLook } from './json-members.ts'
import { describeMalformed, isMalformedJson } from './malformed-json.ts'
import { maskLeaves, type LeafWork } from './leaves.ts'
import type { Endpoint } from './route.ts'

/** Members of a Messages request that are none of what people and tools wrote: the API must read them as they were meant. */
const settings = new Set([
  'model',
  'max_tokens',
  'stream',
  'temperature',
  'top_k',
  'top_p',
  'stop_sequences',
  'thinking',
  'tools',
  'tool_choice',
  'mcp_servers',
  'container',
  'metadata',
  'cache_control',
  'output_config',
  'output_format',
  'service_tier',
  'inference_geo',
  'speed',
])
/** Members of what is sent to other paths by which the APIs of models take text. Beside them stands what is for the API itself. */
const written = new Set([
  'system',
  'messages',
  'prompt',
  'events',
  'content',
  'input',
  'inputs',
  'instructions',
  'text',
  'texts',
  'query',
  'documents',
])

type IsText = (key: string) => boolean

const isTextOfMessages: IsText = (key) => !settings.has(key)
const isTextElsewhere: IsText = (key) => written.has(key)

/** @returns the same object when nothing changed. @throws Fault `request.malformed` for what `whyUnreadable` refuses */
export function toOutward(endpoint: Endpoint, body: Uint8Array, masker: Masker): Uint8Array {
  if (!holdsText(endpoint, body)) return body
  const edits: Edit[] = []
  const work: LeafWork = { masker, edits, look: new MemberLook(body.length), toResultsUrl: null, isOutward: true }
  const cursor = new JsonCursor().reset(body, 0, body.length)
  eachWritten(endpoint, cursor, () => maskLeaves(cursor, work))
  return patchSpans(body, edits)
}

/** Why nobody can say what of the body is text: then it does not go upstream. null when that is certain. */
export function whyUnreadable(endpoint: Endpoint, body: Uint8Array): string | null {
  if (!holdsText(endpoint, body)) return null
  if (!isUtf8(body)) return 'it is not UTF-8'
  const cursor = new JsonCursor().reset(body, 0, body.length)
  try {
    eachWritten(endpoint, cursor, () => cursor.passOver())
  } catch (error) {
    if (!isMalformedJson(error)) throw error
    return describeMalformed(error)
  }
  return null
}

const containers = new Set([0x7b, 0x5b])
/** White space of JSON; marks of the byte order and half a character of UTF-16, which some readers pass over. */
const isBefore = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf, 0xfe, 0xff, 0x00])

/** A batch always; what is sent to a path of its own when it begins as an object or a list, whatever it is called. */
function holdsText(endpoint: Endpoint, body: Uint8Array): boolean {
  if (body.length === 0 || endpoint === 'file' || endpoint === 'list') return false
  return endpoint !== 'other' || containers.has(body.find((byte) => !isBefore.has(byte)) ?? 0)
}

/** Visits what people and tools wrote; the visitor must read or skip it. */
function eachWritten(endpoint: Endpoint, cursor: JsonCursor, visit: () => void): void {
  if (endpoint === 'batch') eachOfBatch(cursor, visit)
  else if (endpoint === 'other') eachElsewhere(cursor, visit)
  else eachOfRequest(cursor, isTextOfMessages, visit)
  cursor.requireEnd()
}

function eachElsewhere(cursor: JsonCursor, visit: () => void): void {
  if (cursor.kind() !== 'array') return eachOfRequest(cursor, isTextElsewhere, visit)
  eachElement(cursor, Number.POSITIVE_INFINITY, () => {
    if (cursor.kind() === 'object') eachOfRequest(cursor, isTextElsewhere, visit)
    else cursor.passOver()
  })
}

function eachOfRequest(cursor: JsonCursor, isText: IsText, visit: () => void): void {
  eachMember(cursor, (key) => {
    if (isText(key)) visit()
    else cursor.passOver()
  })
}

/** `{"requests":[{"custom_id":…,"params":{…}},…]}` */
function eachOfBatch(cursor: JsonCursor, visit: () => void): void {
  eachMember(cursor, (key) => {
    if (key !== 'requests' || cursor.kind() !== 'array') return cursor.passOver()
    eachElement(cursor, Number.POSITIVE_INFINITY, () => {
      if (cursor.kind() !== 'object') return cursor.passOver()
      eachMember(cursor, (member) => {
        if (member === 'params' && cursor.kind() === 'object') eachOfRequest(cursor, isTextOfMessages, visit)
        else cursor.passOver()
      })
    })
  })
}
