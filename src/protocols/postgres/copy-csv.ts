// COPY OUT in csv ("COPY", CSV Format), by the signs that the statement gave it. A field is masked for what it says, not for
// how it is quoted; where a line ends only the quotes tell.

import { plainText, type FieldContext } from '../../kernel/action.ts'
import type { CopyLines } from '../../languages/sql/facts.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import type { ValueList } from '../../wire/value-list.ts'
import type { Column } from './columns.ts'
import type { CopyForm } from './copy-out.ts'
import { lastLineEnd } from './copy-lines.ts'
import type { Masking } from './masking.ts'

const newline = 0x0a
const carriageReturn = 0x0d

export class CsvCopy implements CopyForm {
  readonly #columns: readonly Column[]
  readonly #delimiter: number
  readonly #quote: number
  readonly #escape: number
  /** Of the field that was walked over last: its value, as far as it is written out. */
  #start = 0
  #end = 0
  #isPlain = true
  #endsLine = false

  /** @param columns as far as they are known */
  constructor(columns: readonly Column[], lines: CopyLines) {
    this.#columns = columns
    this.#delimiter = lines.delimiter.charCodeAt(0)
    this.#quote = lines.quote.charCodeAt(0)
    this.#escape = lines.escape.charCodeAt(0)
  }

  /** The server sends a row a message and ends it with a newline; a field may hold more of them inside. */
  wholeEnd(bytes: Uint8Array, start: number, end: number, fresh: number): number {
    return lastLineEnd(bytes, start, end, fresh)
  }

  list(bytes: Uint8Array, from: number, end: number, values: ValueList): void {
    for (let at = from; at < end;) {
      at = this.#walk(bytes, at, end)
      if (this.#isPlain && this.#end > this.#start) values.add(this.#start, this.#end)
    }
  }

  mask(bytes: Uint8Array, from: number, end: number, masking: Masking): void {
    let index = 0
    for (let at = from; at < end;) {
      const start = at
      if (index === 0) this.#beginRow(bytes, start, end, masking)
      at = this.#walk(bytes, start, end)
      const field = this.#columns[index]?.field ?? plainText
      if (this.#end > this.#start) this.#maskField(bytes, start, field, masking)
      index = this.#endsLine ? 0 : index + 1
    }
  }

  #beginRow(bytes: Uint8Array, from: number, end: number, { masker }: Masking): void {
    const names = masker.row?.(this.#columns) ?? null
    if (names === null) return
    let [at, index] = [from, 0]
    for (const column of names.columns) {
      for (; index <= column && at < end; index++) {
        const next = this.#walk(bytes, at, end)
        const name = this.#isPlain
          ? bytes.subarray(this.#start, this.#end)
          : this.#decode(bytes, this.#start, this.#end)
        if (index === column && name.length > 0) names.tell(column, name, 0, name.length)
        at = this.#endsLine ? end : next
      }
    }
  }

  /** The field that begins at `at`. @returns where the next one begins */
  #walk(bytes: Uint8Array, at: number, end: number): number {
    const isQuoted = bytes[at] === this.#quote
    let isInside = false
    let quotes = 0
    let close = at
    for (; close < end; close++) {
      const byte = bytes[close] ?? 0
      if (isInside && byte === this.#escape && close + 1 < end && this.#isEscaped(bytes[close + 1])) {
        quotes += 2
        close++
      } else if (byte === this.#quote) {
        quotes++
        isInside = !isInside
      } else if (!isInside && (byte === this.#delimiter || byte === newline)) break
    }
    close = Math.min(close, end)
    this.#endsLine = bytes[close] === newline
    // Quoted as a whole with nothing escaped inside: the value is there to be seen.
    const isWhole = isQuoted && quotes === 2 && close - at >= 2 && bytes[close - 1] === this.#quote
    this.#isPlain = isWhole || quotes === 0
    this.#start = isWhole ? at + 1 : at
    this.#end = isWhole ? close - 1 : close
    return close + 1
  }

  #isEscaped(next: number | undefined): boolean {
    return next === this.#quote || next === this.#escape
  }

  /** @param fieldStart with its quote */
  #maskField(bytes: Uint8Array, fieldStart: number, field: FieldContext, { masker, splice }: Masking): void {
    const fieldEnd = this.#end + (this.#start - fieldStart)
    const decoded = this.#isPlain ? null : this.#decode(bytes, this.#start, this.#end)
    const masked =
      decoded === null
        ? masker.value(bytes, this.#start, this.#end, field)
        : masker.value(decoded, 0, decoded.length, field)
    if (masked === null) return
    const isBare = this.#isPlain && this.#start === fieldStart && !masked.some((byte) => this.#isSign(byte))
    splice.replace(fieldStart, fieldEnd, isBare ? masked : this.#quoted(masked))
  }

  #isSign(byte: number): boolean {
    return byte === this.#delimiter || byte === this.#quote || byte === newline || byte === carriageReturn
  }

  #decode(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const builder = new ByteBuilder(end - start)
    let isInside = false
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0
      if (isInside && byte === this.#escape && at + 1 < end && this.#isEscaped(bytes[at + 1]))
        builder.uint8(bytes[++at] ?? 0)
      else if (byte === this.#quote) isInside = !isInside
      else builder.uint8(byte)
    }
    return builder.done()
  }

  #quoted(value: Uint8Array): Uint8Array {
    const builder = new ByteBuilder(value.length + 8).uint8(this.#quote)
    for (const byte of value) {
      if (this.#isEscaped(byte)) builder.uint8(this.#escape)
      builder.uint8(byte)
    }
    return builder.uint8(this.#quote).done()
  }
}
