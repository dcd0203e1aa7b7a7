// Where in the data of a stream's event the decisive pieces lie: its type, its block, the text of its delta.

import { Fault } from '../../kernel/fault.ts'
import type { JsonCursor } from './json-cursor.ts'

export interface StreamEvent {
  /** Empty when it is none of the known ones. */
  readonly type: string
  /** Index of the content block; -1 when there is none. */
  readonly index: number
  /** Where the value of `delta` begins; -1 when it is not an object. */
  readonly deltaStart: number
  /** Where the value of `content_block` begins; -1 when it is not an object. */
  readonly blockStart: number
  /** There are strings or containers besides these. */
  readonly hasMore: boolean
}

/** Most frequent first. */
const known = [
  'content_block_delta',
  'content_block_start',
  'content_block_stop',
  'ping',
  'message_delta',
  'message_start',
  'message_stop',
  'error',
] as const

/** @throws Fault `request.malformed` when it is not one JSON object */
export function readStreamEvent(cursor: JsonCursor): StreamEvent {
  const event = { type: '', index: -1, deltaStart: -1, blockStart: -1, hasMore: false }
  let seen = 0
  for (let more = cursor.firstMember(); more; more = cursor.nextMember()) {
    const member = cursor.is('type')
      ? 1
      : cursor.is('index')
        ? 2
        : cursor.is('delta')
          ? 4
          : cursor.is('content_block')
            ? 8
            : 0
    if ((seen & member) !== 0) throw twice()
    seen |= member
    const kind = cursor.kind()
    if (member === 1 && kind === 'string') {
      cursor.string()
      event.type = known.find((type) => cursor.is(type)) ?? ''
    } else if (member === 2) event.index = cursor.smallInteger()
    else {
      if (member === 4 && kind === 'object') event.deltaStart = cursor.at
      else if (member === 8 && kind === 'object') {
        event.blockStart = cursor.at
        event.hasMore = true
      } else if (kind !== 'other') event.hasMore = true
      cursor.passOver()
    }
  }
  cursor.requireEnd()
  return event
}

export interface Delta {
  readonly type: string
  /** The string that grows, and its key; null when there is none. */
  readonly text: DeltaText | null
  /** Signed by the API: looked at by nobody. */
  readonly isSealed: boolean
  /** There are strings or containers besides the text. */
  readonly hasMore: boolean
}

export interface DeltaText {
  readonly key: string
  readonly from: number
  readonly to: number
  readonly escaped: boolean
}

/** Which member of a delta grows. A delta of another type is taken to grow by its first string. */
const growing: ReadonlyMap<string, string> = new Map([
  ['text_delta', 'text'],
  ['input_json_delta', 'partial_json'],
  ['thinking_delta', 'thinking'],
  ['signature_delta', 'signature'],
  ['compaction_delta', 'content'],
])
const sealedTypes = new Set(['thinking_delta', 'signature_delta'])
const maxTypeLength = 64

export function readDelta(cursor: JsonCursor): Delta {
  let type = ''
  let containers = 0
  let hasType = false
  const texts: DeltaText[] = []
  for (let more = cursor.firstMember(); more; more = cursor.nextMember()) {
    const isType = cursor.is('type')
    const key = isType ? 'type' : cursor.text()
    const kind = cursor.kind()
    if (kind !== 'string') {
      if (kind !== 'other') containers++
      cursor.passOver()
      continue
    }
    cursor.string()
    if (isType) {
      if (hasType) throw twice()
      hasType = true
      type = cursor.text().slice(0, maxTypeLength)
    } else {
      if (texts.some((text) => text.key === key)) throw twice()
      texts.push({ key, from: cursor.from, to: cursor.to, escaped: cursor.escaped })
    }
  }
  const wanted = growing.get(type)
  const text = (wanted === undefined ? texts[0] : texts.find((candidate) => candidate.key === wanted)) ?? null
  return { type, text, isSealed: sealedTypes.has(type), hasMore: containers > 0 || texts.length > 1 }
}

/** Readers differ in which one counts, so a client could be shown another text than was masked. */
function twice(): Fault {
  return new Fault('upstream.protocol', { why: 'a member comes twice' })
}
