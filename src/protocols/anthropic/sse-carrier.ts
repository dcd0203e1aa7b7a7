// The events of a Messages stream on their way to the client. Text that arrives in deltas is masked as one text a content
// block, whatever the deltas cut; what a mask stream holds back goes out as one more delta before the block stops. Events
// in which nothing changed are the original bytes; nothing but the event being read and the held text is kept.

import { opaque, plainText } from '../../kernel/action.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Carrier, Masker } from '../../kernel/masker.ts'
import { readSseLines, SseFramer, type SseLine } from '../../wire/sse.ts'
import { patchSpans, type Edit } from '../../wire/patch.ts'
import { BlockStreams } from './block-streams.ts'
import { DeltaShape, type PlainDelta } from './delta-shape.ts'
import { JsonCursor } from './json-cursor.ts'
import { MemberLook, stringMember } from './json-members.ts'
import { isMalformedJson } from './malformed-json.ts'
import { maskLeaves } from './leaves.ts'
import { SseRecord } from './sse-record.ts'
import { readDelta, readStreamEvent, type DeltaText, type StreamEvent } from './stream-event.ts'
import { escapeJson, unescapeJson } from '../../languages/json.ts'

/** Far above what the API sends in one event; a result of a search made there is the longest. */
export const maxEventBytes = 8 * 1024 * 1024

const lineFeed = Buffer.from('\n')
const eventEnd = Buffer.from('\n\n')
const nothing = new Uint8Array(0)

export class SseCarrier implements Carrier {
  readonly #framer = new SseFramer(maxEventBytes)
  readonly #blocks = new BlockStreams()
  readonly #cursor = new JsonCursor()
  readonly #edits: Edit[] = []
  readonly #shape = new DeltaShape()
  /** Of the event being read, when it is of the kind that is recognized by its shape. */
  #plain: PlainDelta | null = null
  #failed = false
  #hasThought = false
  #record: SseRecord | null = null
  // Of the chunk being carried:
  #chunk: Uint8Array = lineFeed
  #masker: Masker | null = null
  #out: Uint8Array[] = []
  /** Where in the chunk the bytes begin that go out as they are; -1 while an event from an earlier chunk ends first. */
  #run = 0

  /** Whether the target told of an error inside the stream. */
  get failed(): boolean {
    return this.#failed
  }

  carry(chunk: Uint8Array, masker: Masker): Uint8Array {
    this.#begin(chunk, masker)
    const end = this.#framer.push(chunk, this.#onEvent, this.#takeKnown)
    if (this.#run >= 0 && end > this.#run) {
      if (this.#out.length === 0 && this.#run === 0 && end === chunk.length) return chunk
      this.#out.push(chunk.subarray(this.#run, end))
    }
    return this.#taken()
  }

  finish(masker: Masker): Uint8Array {
    this.#begin(lineFeed, masker)
    this.#run = -1
    const isUnfinished = this.#framer.heldBytes > 0
    this.#framer.finish(this.#onEvent)
    const held = this.#blocks.endAll()
    // An event that broke off is ended, or what follows would become a part of it.
    if (held !== null) this.#out.push(...(isUnfinished ? [eventEnd, held] : [held]))
    return this.#taken()
  }

  toRecord(released: Uint8Array, masker: () => Masker): Uint8Array {
    if (this.#record === null && !this.#hasThought) return released
    // The thought may begin with these very bytes; what came before them was recorded as it was.
    this.#record ??= new SseRecord(masker(), maxEventBytes)
    return this.#record.record(released)
  }

  finishRecord(): Uint8Array {
    return this.#record?.finish() ?? nothing
  }

  readonly #sealed = (): void => {
    this.#hasThought = true
  }

  #begin(chunk: Uint8Array, masker: Masker): void {
    this.#chunk = chunk
    this.#masker = masker
    this.#out = []
    this.#run = this.#framer.heldBytes > 0 ? -1 : 0
  }

  #taken(): Uint8Array {
    const out = this.#out
    this.#out = []
    const only = out[0]
    return only !== undefined && out.length === 1 ? only : Buffer.concat(out)
  }

  /** A delta like the one before: only its text is looked at. */
  readonly #takeKnown = (bytes: Uint8Array, start: number): number => {
    const shape = this.#shape
    const to = shape.textEnd(bytes, start, bytes.length)
    if (to === -1) return -1
    const end = to + shape.bytesAfter
    this.#edits.length = 0
    this.#piece(bytes, shape.index, shape.type, { key: shape.key, from: start + shape.textAt, to, escaped: false })
    this.#emit(bytes, start, end, unchanged)
    return end
  }

  readonly #onEvent = (bytes: Uint8Array, start: number, end: number): void => {
    // One that began in an earlier chunk was not asked for yet.
    if (bytes !== this.#chunk && this.#takeKnown(bytes.subarray(0, end), start) === end) return
    this.#edits.length = 0
    const instead = this.#event(bytes, start, end)
    // Lines are looked at before the data, wherever they stand.
    if (this.#edits.length > 1) this.#edits.sort((a, b) => a.start - b.start)
    this.#emit(bytes, start, end, instead)
  }

  #emit(bytes: Uint8Array, start: number, end: number, { before, whole }: Instead): void {
    const isChanged = before !== null || whole !== null || this.#edits.length > 0
    if (bytes !== this.#chunk) {
      if (before !== null) this.#out.push(before)
      this.#out.push(whole ?? patchSpans(bytes.slice(start, end), moved(this.#edits, start)))
      return
    }
    if (this.#run < 0) this.#run = start
    if (!isChanged) return
    if (start > this.#run) this.#out.push(bytes.subarray(this.#run, start))
    if (before !== null) this.#out.push(before)
    this.#out.push(whole ?? patchSpans(bytes.subarray(start, end), moved(this.#edits, start)))
    this.#run = end
  }

  /** Fills the edits of one event. */
  #event(bytes: Uint8Array, start: number, end: number): Instead {
    const lines = readSseLines(bytes, start, end)
    const data = lines.filter((line) => line.field === 'data')
    for (const line of lines) this.#maskOther(bytes, line)
    const [only, ...more] = data
    if (only === undefined) return unchanged
    if (more.length === 0) {
      this.#plain = null
      const before = this.#data(bytes, only.value, only.end)
      if (this.#plain !== null && lines.every((line) => isGrammar(bytes, line)))
        this.#shape.learn(bytes, start, end, this.#plain)
      return { before, whole: null }
    }
    return this.#joinedData(bytes, lines, data)
  }

  /** Data over several lines is one text (§9.2.6); when it changes it is written as one line. */
  #joinedData(bytes: Uint8Array, lines: readonly SseLine[], data: readonly SseLine[]): Instead {
    const joined = Buffer.concat(data.flatMap((line) => [bytes.subarray(line.value, line.end), lineFeed]))
    const text = joined.subarray(0, joined.length - 1)
    const others = this.#edits.splice(0)
    const before = this.#data(text, 0, text.length)
    if (this.#edits.length === 0) {
      this.#edits.push(...others)
      return { before, whole: null }
    }
    const inOrder = this.#edits.splice(0).sort((a, b) => a.start - b.start)
    const masked = patchSpans(text, inOrder)
    const head = lines.flatMap((line) =>
      line.field === 'event' ? [bytes.subarray(line.start, line.end), lineFeed] : [],
    )
    const body = Buffer.from(
      `data: ${Buffer.from(masked)
        .toString('utf8')
        .replace(/\r\n|[\r\n]/g, '\ndata: ')}\n\n`,
    )
    return { before, whole: Buffer.concat([...head, body]) }
  }

  /** Comments, ids and names of events: clients pass over them, but they are text of the target like any other. */
  #maskOther(bytes: Uint8Array, line: SseLine): void {
    if (isGrammar(bytes, line)) return
    const masked = this.#masker?.value(bytes, line.value, line.end, plainText) ?? null
    if (masked !== null) this.#edits.push({ start: line.value, end: line.end, with: oneLine(masked) })
  }

  /** @returns what goes out before the event */
  #data(bytes: Uint8Array, start: number, end: number): Uint8Array | null {
    const cursor = this.#cursor
    let event: StreamEvent
    try {
      event = readStreamEvent(cursor.reset(bytes, start, end))
    } catch (error) {
      if (!isMalformedJson(error)) throw error
      // No JSON, so no event that a client knows; still it is text.
      const masked = this.#masker?.value(bytes, start, end, plainText) ?? null
      if (masked !== null) this.#edits.push({ start, end, with: oneLine(masked) })
      return null
    }
    if (event.type === 'content_block_delta') return this.#delta(event, start, end)
    if (event.type === 'error') this.#failed = true
    const before = this.#closedBy(event)
    if (event.blockStart >= 0) this.#blocks.begin(event.index, stringMember(cursor, event.blockStart, 'name'))
    this.#leaves(start, end, -1)
    return before
  }

  #delta(event: StreamEvent, start: number, end: number): null {
    const cursor = this.#cursor
    if (event.deltaStart < 0 || event.index < 0) throw new Fault('upstream.protocol', { why: 'a delta of no block' })
    const delta = readDelta(cursor.reset(cursor.bytes, event.deltaStart, end))
    const { type, text } = delta
    if (text === null) {
      this.#leaves(start, end, -1)
      return null
    }
    if (delta.isSealed) {
      this.#sealed()
      this.#masker?.value(cursor.bytes, text.from, text.to, opaque)
    } else {
      this.#piece(cursor.bytes, event.index, type, text)
      const isPlain = !delta.hasMore && !event.hasMore
      if (isPlain) this.#plain = { index: event.index, type, key: text.key, from: text.from, to: text.to }
    }
    if (delta.hasMore || event.hasMore) this.#leaves(start, end, text.from)
    return null
  }

  #piece(bytes: Uint8Array, index: number, type: string, text: DeltaText): void {
    const piece = text.escaped ? unescapeJson(bytes, text.from, text.to) : bytes.subarray(text.from, text.to)
    const shown = this.#blocks.streamOf(index, type, text.key, this.#masker as Masker).push(piece)
    if (shown !== piece) this.#edits.push({ start: text.from, end: text.to, with: escapeJson(shown) })
  }

  #leaves(start: number, end: number, except: number): void {
    const work = {
      masker: this.#masker as Masker,
      edits: this.#edits,
      look: new MemberLook(end - start),
      toResultsUrl: null,
      except,
      sealed: this.#sealed,
    }
    maskLeaves(this.#cursor.reset(this.#cursor.bytes, start, end), work)
  }

  /** The end of a block, or anything after which a block cannot go on. */
  #closedBy(event: StreamEvent): Uint8Array | null {
    if (event.type === 'content_block_stop' || event.type === 'content_block_start')
      return this.#blocks.end(event.index)
    return event.type === 'ping' || event.type === '' ? null : this.#blocks.endAll()
  }
}

/** Every other line is looked at as text, wherever it stands. */
function isGrammar(bytes: Uint8Array, { field, value, end }: SseLine): boolean {
  return field === 'data' || field === 'blank' || (field === 'event' && isEventName(bytes, value, end))
}

/** `before` goes out ahead of an event, `whole` in place of it. */
interface Instead {
  readonly before: Uint8Array | null
  readonly whole: Uint8Array | null
}

const unchanged: Instead = { before: null, whole: null }

function moved(edits: readonly Edit[], by: number): Edit[] {
  return edits.map((edit) => ({ start: edit.start - by, end: edit.end - by, with: edit.with }))
}

function isEventName(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number
    if (byte !== 0x5f && (byte < 0x61 || byte > 0x7a)) return false
  }
  return true
}

/** A mask must not end the line it stands in. */
function oneLine(bytes: Uint8Array): Uint8Array {
  return bytes.includes(0x0a) || bytes.includes(0x0d)
    ? bytes.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte))
    : bytes
}
