// The bytes around the text of a delta. The deltas of a block differ in their text and in nothing else, so an event that has the
// same bytes around a text without quotes, escapes and control characters is known without being read again: it can only be the
// event that was read strictly before, with another text.

const quote = 0x22
const backslash = 0x5c
const space = 0x20
const nothing = new Uint8Array(0)
/** Longer ones are not remembered. */
const maxBytes = 1024

/** A text that grows: whose it is, and where it lies in the event. */
export interface PlainDelta {
  readonly index: number
  readonly type: string
  readonly key: string
  readonly from: number
  readonly to: number
}

export class DeltaShape {
  index = -1
  type = ''
  key = ''
  #head: Uint8Array = nothing
  #tail: Uint8Array = nothing

  /** Where the text of an event of this shape begins, counted from the event. */
  get textAt(): number {
    return this.#head.length
  }

  /** How many bytes of the event follow its text. */
  get bytesAfter(): number {
    return this.#tail.length
  }

  /** @param delta of an event in which nothing but its text may be masked */
  learn(bytes: Uint8Array, start: number, end: number, delta: PlainDelta): void {
    if (end - start - (delta.to - delta.from) > maxBytes) return
    this.index = delta.index
    this.type = delta.type
    this.key = delta.key
    // Copies: the bytes are somebody's buffer.
    this.#head = Uint8Array.from(bytes.subarray(start, delta.from))
    this.#tail = Uint8Array.from(bytes.subarray(delta.to, end))
  }

  /**
   * @param limit bytes from there on are none of the event
   * @returns where the text ends in the event of this shape that begins at `start`; -1 when it is none
   */
  textEnd(bytes: Uint8Array, start: number, limit: number): number {
    const head = this.#head
    const tail = this.#tail
    if (head.length === 0 || limit - start < head.length + tail.length) return -1
    for (let i = 0; i < head.length; i++) if (bytes[start + i] !== head[i]) return -1
    // The text ends at its quote, with which the rest of the event begins.
    let to = start + head.length
    for (; to < limit; to++) {
      const byte = bytes[to] as number
      if (byte === quote || byte === backslash || byte < space) break
    }

    if (to + tail.length > limit) return -1
    for (let i = 0; i < tail.length; i++) if (bytes[to + i] !== tail[i]) return -1
    return to
  }
}
