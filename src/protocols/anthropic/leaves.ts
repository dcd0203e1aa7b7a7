// Masks the strings inside a JSON value, each as one whole text, and says which spans change. What the API signs or
// encrypts is left alone: a changed byte would make it refuse the next turn.

import { opaque, plainText } from '../../kernel/action.ts'
import type { Masker } from '../../kernel/masker.ts'
import { escapeJson, unescapeJson } from '../../languages/json.ts'
import type { Edit } from '../../wire/patch.ts'
import { toField } from './fields.ts'
import type { JsonCursor } from './json-cursor.ts'
import type { MemberLook } from './json-members.ts'

export interface LeafWork {
  readonly masker: Masker
  readonly edits: Edit[]
  /** Of everything that is masked as one. */
  readonly look: MemberLook
  /** What stands in place of the address where batch results are fetched; null leaves it. */
  readonly toResultsUrl: ((url: string) => string) | null
  /** A string that somebody else masks; its `from`. */
  readonly except?: number
  /** Of a request: what names, joins and types its parts must reach the API as it is, and so must what is no text. */
  readonly isOutward?: boolean
  /** Told of text that is left alone because a model signed it. */
  readonly sealed?: () => void
  /** For the record: only what was left alone because a model signed it. */
  readonly onlySealed?: boolean
}

/** Keys that hold signed or encrypted text, by the type of the object they are in. */
const sealed: ReadonlyMap<string, readonly string[]> = new Map([
  ['thinking', ['thinking', 'thinking_delta']],
  ['signature', ['thinking', 'signature_delta', 'thinking_delta']],
  ['data', ['redacted_thinking']],
])
const structural = new Set([
  'type',
  'role',
  'id',
  'name',
  'tool_use_id',
  'tool_name',
  'media_type',
  'file_id',
  'ttl',
  'url',
])
/** Sources whose `data` is no text. */
const binary = new Set(['base64'])
const encrypted = new Set(['encrypted_content', 'encrypted_index', 'encrypted_stdout', 'encrypted_code'])
const proseKeys = new Set(['text', 'content', 'message', 'completion', 'cited_text'])

/** Below these keys the model writes what it likes, so no name means anything there. */
const free = new Set(['input'])

interface Place {
  readonly key: string
  /** Type of the object around, as far as it is known. */
  readonly type: string
  readonly free: boolean
}

const top: Place = { key: '', type: '', free: false }

/** Reads the value at the cursor; edits are in order. @throws Fault `request.malformed` */
export function maskLeaves(cursor: JsonCursor, work: LeafWork): void {
  maskValue(cursor, work, top)
}

function maskValue(cursor: JsonCursor, work: LeafWork, place: Place): void {
  const kind = cursor.kind()
  if (kind === 'string') maskLeaf(cursor, work, place)
  else if (kind === 'object') maskObject(cursor, work, place)
  else if (kind === 'array')
    for (let more = cursor.firstElement(); more; more = cursor.nextElement()) maskValue(cursor, work, place)
  else cursor.passOver()
}

function maskObject(cursor: JsonCursor, work: LeafWork, place: Place): void {
  const start = cursor.at
  let type: string | null = null
  for (let more = cursor.firstMember(); more; more = cursor.nextMember()) {
    const key = cursor.text()
    if (work.onlySealed !== true && mayHoldData(key)) maskString(cursor, work, plainText)
    const inside = place.free || free.has(key)
    // What has two types has none: it is not signed, encrypted or a picture.
    if (!inside && sealed.has(key)) type ??= work.look.stringMember(cursor, start, 'type') ?? ''
    let towards = work
    if (inside && !place.free) {
      const tool = work.look.stringMember(cursor, start, 'name')
      if (tool !== '') towards = { ...work, masker: work.masker.towards(tool) }
    }
    maskValue(cursor, towards, { key, type: type ?? '', free: inside })
  }
}

function maskLeaf(cursor: JsonCursor, work: LeafWork, place: Place): void {
  cursor.string()
  if (cursor.from === work.except) return
  const { key, type } = place
  if (work.onlySealed === true) {
    if (!place.free && key === 'thinking' && sealed.get(key)?.includes(type) === true)
      maskString(cursor, work, plainText)
    return
  }
  if (!place.free) {
    const isLeft = encrypted.has(key) || sealed.get(key)?.includes(type) === true
    const isNoText = work.isOutward === true && (structural.has(key) || (key === 'data' && binary.has(type)))
    if (isLeft || isNoText) {
      if (key === 'thinking') work.sealed?.()
      work.masker.value(cursor.bytes, cursor.from, cursor.to, opaque)
      return
    }
    if (key === 'results_url' && work.toResultsUrl !== null) {
      const url = JSON.stringify(work.toResultsUrl(cursor.text())).slice(1, -1)
      work.edits.push({ start: cursor.from, end: cursor.to, with: Buffer.from(url) })
      return
    }
  }
  maskString(cursor, work, proseKeys.has(key) ? plainText : toField(key))
}

function maskString(cursor: JsonCursor, work: LeafWork, field: typeof plainText): void {
  const { bytes, from, to, escaped } = cursor
  if (from === to) return
  const plain = escaped ? unescapeJson(bytes, from, to) : null
  const masked =
    plain === null ? work.masker.value(bytes, from, to, field) : work.masker.value(plain, 0, plain.length, field)
  if (masked !== null) work.edits.push({ start: from, end: to, with: escapeJson(masked) })
}

const plainKey = /^[A-Za-z_-]*$/

/** Names are letters; a key with digits or an `@` may be a value that was made a key. */
function mayHoldData(key: string): boolean {
  return !plainKey.test(key)
}
