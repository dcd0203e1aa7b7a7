// What the record keeps of a Messages stream in which the model thought aloud. Its thinking is signed, so it reaches the client as
// it came; in the record it stands masked, whole, where its block ends, as one more delta, and the deltas of the client are there
// without their text. So nothing of it has to wait for what comes after it, and every event that was released is in the record.

import { plainText } from '../../kernel/action.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Masker, MaskStream } from '../../kernel/masker.ts'
import { unescapeJson } from '../../languages/json.ts'
import { patchSpans, type Edit } from '../../wire/patch.ts'
import { readSseLines, SseFramer } from '../../wire/sse.ts'
import { toDeltaEvent } from './block-streams.ts'
import { JsonCursor } from './json-cursor.ts'
import { MemberLook } from './json-members.ts'
import { isMalformedJson } from './malformed-json.ts'
import { maskLeaves } from './leaves.ts'
import { readDelta, readStreamEvent } from './stream-event.ts'

/** What is kept of one block's thinking; models think at most so long. */
const maxThinkingBytes = 4 * 1024 * 1024
const nothing = new Uint8Array(0)
const space = Buffer.from(' ')

interface Thought {
  readonly index: number
  readonly stream: MaskStream
  readonly pieces: Uint8Array[]
  bytes: number
}

export class SseRecord {
  readonly #framer: SseFramer
  readonly #cursor = new JsonCursor()
  readonly #masker: Masker
  #thought: Thought | null = null
  #out: Uint8Array[] = []

  constructor(masker: Masker, maxEventBytes: number) {
    this.#masker = masker
    this.#framer = new SseFramer(maxEventBytes)
  }

  record(released: Uint8Array): Uint8Array {
    this.#out = []
    const end = this.#framer.push(released, this.#onEvent)
    const out = this.#out
    return end === 0 && out.length === 0 ? nothing : Buffer.concat(out)
  }

  finish(): Uint8Array {
    this.#out = []
    this.#framer.finish(this.#onEvent)
    this.#end()
    return Buffer.concat(this.#out)
  }

  readonly #onEvent = (bytes: Uint8Array, start: number, end: number): void => {
    const lines = readSseLines(bytes, start, end).filter((line) => line.field === 'data')
    const [only] = lines
    if (only === undefined) this.#out.push(bytes.slice(start, end))
    else if (lines.length === 1) {
      const edits = this.#edits(bytes, only.value, only.end).map((edit) => moved(edit, -start))
      this.#out.push(patchSpans(bytes.slice(start, end), edits))
    } else {
      // Data over several lines is one text (§9.2.6). When it changes it is kept as one line.
      const data = Buffer.concat(lines.flatMap((line) => [bytes.subarray(line.value, line.end), space]))
      const edits = this.#edits(data, 0, data.length)
      this.#out.push(edits.length === 0 ? bytes.slice(start, end) : toEvent(patchSpans(data, edits)))
    }
  }

  /** What is taken out of the data of one event, or masked in it. */
  #edits(bytes: Uint8Array, start: number, end: number): readonly Edit[] {
    const cursor = this.#cursor
    try {
      const event = readStreamEvent(cursor.reset(bytes, start, end))
      if (event.type !== 'content_block_delta') {
        if (event.type !== 'ping' && event.type !== '') this.#end()
        const edits: Edit[] = []
        const look = new MemberLook(end - start)
        const work = { masker: this.#masker, edits, look, toResultsUrl: null, onlySealed: true }
        maskLeaves(cursor.reset(bytes, start, end), work)
        return edits
      }
      if (event.deltaStart < 0) return []
      const { type, text } = readDelta(cursor.reset(bytes, event.deltaStart, end))
      if (type !== 'thinking_delta' || text === null) return []
      this.#add(
        event.index,
        text.escaped ? unescapeJson(bytes, text.from, text.to) : bytes.subarray(text.from, text.to),
      )
      return [{ start: text.from, end: text.to, with: nothing }]
    } catch (error) {
      // It went through the carrier before, which masked it as the text that it is.
      if (!isMalformedJson(error)) throw error
      return []
    }
  }

  #add(index: number, text: Uint8Array): void {
    if (this.#thought?.index !== index) this.#end()
    this.#thought ??= { index, stream: this.#masker.stream(plainText), pieces: [], bytes: 0 }
    this.#thought.bytes += text.length
    if (this.#thought.bytes > maxThinkingBytes)
      throw new Fault('upstream.protocol', { why: 'thinking that is too long', maxThinkingBytes })
    this.#thought.pieces.push(Buffer.from(this.#thought.stream.push(text)))
  }

  #end(): void {
    const thought = this.#thought
    if (thought === null) return
    this.#thought = null
    const text = Buffer.concat([...thought.pieces, thought.stream.end()])
    this.#out.push(toDeltaEvent(thought.index, { type: 'thinking_delta', key: 'thinking' }, text))
  }
}

function moved(edit: Edit, by: number): Edit {
  return { start: edit.start + by, end: edit.end + by, with: edit.with }
}

function toEvent(data: Uint8Array): Uint8Array {
  return Buffer.concat([
    Buffer.from('data: '),
    data.map((byte) => (byte === 10 || byte === 13 ? 32 : byte)),
    Buffer.from('\n\n'),
  ])
}
