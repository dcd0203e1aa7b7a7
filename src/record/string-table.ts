// Strings that come again (session, label, policy ids) are written once and then referred to by number. The table lives
// as long as a segment, or until it is full; it belongs to both sides and is rebuilt by reading in order.

import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/** Entries; what is referred to stays in memory on both sides. */
export const maxEntries = 8_192
/** Longer strings are not worth remembering. UTF-16 units. */
const maxRemembered = 256

const tagNull = 0
const tagNew = 1
const tagOnce = 2
const tagUtf16 = 3
const firstReference = 4

export class StringWriter {
  readonly #out: ByteWriter
  readonly #ids = new Map<string, number>()
  /** Entries since the last `keep`, to be forgotten when their event is not written after all. */
  readonly #fresh: string[] = []

  constructor(out: ByteWriter) {
    this.#out = out
  }

  get full(): boolean {
    return this.#ids.size >= maxEntries
  }

  clear(): void {
    this.#ids.clear()
    this.#fresh.length = 0
  }

  keep(): void {
    this.#fresh.length = 0
  }

  forget(): void {
    for (const text of this.#fresh) this.#ids.delete(text)
    this.#fresh.length = 0
  }

  /** A string that is likely to come again. */
  repeated(text: string): void {
    const id = this.#ids.get(text)
    if (id !== undefined) this.#out.varint(firstReference + id)
    else if (text.length > maxRemembered || this.#ids.size >= maxEntries) this.once(text)
    else {
      if (!this.#plain(tagNew, text)) return
      this.#ids.set(text, this.#ids.size)
      this.#fresh.push(text)
    }
  }

  /** A string that is not: an id, a digest. */
  once(text: string): void {
    this.#plain(tagOnce, text)
  }

  repeatedOrNull(text: string | null): void {
    if (text === null) this.#out.byte(tagNull)
    else this.repeated(text)
  }

  onceOrNull(text: string | null): void {
    if (text === null) this.#out.byte(tagNull)
    else this.once(text)
  }

  /** @returns whether it could be said in UTF-8; only then may it be remembered. */
  #plain(tag: number, text: string): boolean {
    const start = this.#out.length
    this.#out.byte(tag)
    if (this.#out.utf8(text)) return true
    this.#out.truncate(start)
    this.#out.byte(tagUtf16)
    this.#out.utf16(text)
    return false
  }
}

export class StringReader {
  readonly #known: string[] = []

  clear(): void {
    this.#known.length = 0
  }

  text(from: ByteReader): string {
    const text = this.textOrNull(from)
    if (text === null) throw from.corrupt('null')
    return text
  }

  textOrNull(from: ByteReader): string | null {
    const tag = from.varint()
    if (tag === tagNull) return null
    if (tag === tagOnce) return from.utf8()
    if (tag === tagUtf16) return from.utf16()
    if (tag === tagNew) {
      if (this.#known.length >= maxEntries) throw from.corrupt('string-table')
      const text = from.utf8()
      this.#known.push(text)
      return text
    }
    const text = this.#known[tag - firstReference]
    if (text === undefined) throw from.corrupt('string-reference')
    return text
  }
}
