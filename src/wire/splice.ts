// One pass over bytes of which little changes: what changes is written, what lies between is copied as it came, all into one
// buffer that is made when the first change comes. Without a change nothing is copied, and the bytes come back as the object
// they were (G6). What the bytes mean is the caller's.

import { Buffer } from 'node:buffer'
import { Fault } from '../kernel/fault.ts'
import { writeInt32 } from './byte-cursor.ts'

const empty = Buffer.alloc(0)
const noFrame = -1

/** Shorter pieces are copied faster byte by byte than by a call. */
const shortBytes = 40
/** Smaller results come from Buffer's pool; larger ones than these two are given back at once. */
const pooledBytes = 2048
const keptBytes = 512 * 1024

export class Splice {
  /** Borrowed from `open` to `done`. */
  #from: Uint8Array = empty
  #start = 0
  /** The same bytes, once they are copied from. */
  #source: Buffer = empty
  /** Null while nothing changed. */
  #to: Buffer | null = null
  /** Of the result before this one, for the next: a long answer is written into one buffer. */
  #kept: Buffer | null = null
  #length = 0
  /** Bytes of the source before it are in `#to`, or were left out. */
  #taken = 0
  /** Where the length of the frame lies that was entered, in the source; in `#to` once something changed behind it. */
  #frameAt = noFrame
  #framePlace = noFrame

  open(from: Uint8Array, start = 0): void {
    this.#from = from
    this.#start = start
    this.#to = null
    this.#length = 0
    this.#taken = start
    this.#frameAt = noFrame
    this.#framePlace = noFrame
  }

  /** Replaces bytes of the source; ascending. @throws Fault `internal` when that would put a byte in the wrong place */
  replace(start: number, end: number, by: Uint8Array): void {
    this.copyTo(start)
    this.bytes(by)
    this.skipTo(end)
  }

  /** The same for a value behind a length that does not count itself. @param by null: no value, which is length -1 */
  replaceCounted(lengthAt: number, end: number, by: Uint8Array | null): void {
    this.copyTo(lengthAt)
    this.int32(by === null ? -1 : by.length)
    if (by !== null) this.bytes(by)
    this.skipTo(end)
  }

  /** What follows is a frame; its length at `lengthAt` counts itself and is set right when something in the frame changes. */
  enter(lengthAt: number): void {
    this.#frameAt = lengthAt
    this.#framePlace = noFrame
  }

  /** The frame ends here. */
  leave(end: number): void {
    if (this.#framePlace !== noFrame && this.#to !== null) {
      this.copyTo(end)
      writeInt32(this.#to, this.#framePlace, this.#length - this.#framePlace)
    }
    this.#frameAt = noFrame
    this.#framePlace = noFrame
  }

  /** What was not taken yet goes as it is, up to here. */
  copyTo(offset: number): void {
    if (this.#frameAt !== noFrame && this.#framePlace === noFrame) {
      this.#copy(this.#frameAt)
      this.#framePlace = this.#length
    }
    this.#copy(offset)
  }

  /** What was not taken yet is left out, up to here. */
  skipTo(offset: number): void {
    this.#require(offset)
    this.#taken = offset
  }

  uint8(value: number): void {
    const to = this.#room(1)
    to[this.#length++] = value
  }

  int32(value: number): void {
    writeInt32(this.#room(4), this.#length, value)
    this.#length += 4
  }

  bytes(value: Uint8Array): void {
    const { length } = value
    const to = this.#room(length)
    if (length > shortBytes) to.set(value, this.#length)
    else for (let i = 0, at = this.#length; i < length; i++, at++) to[at] = value[i] ?? 0
    this.#length += length
  }

  /**
   * @returns the bytes up to `end`, valid until the next `open`; the object that this was given when nothing changed and that
   *   is all of it
   */
  done(end: number): Uint8Array {
    const from = this.#from
    if (this.#to !== null) this.copyTo(end)
    const to = this.#to
    const whole = this.#start === 0 && end === from.length ? from : from.subarray(this.#start, end)
    const result = to === null ? whole : this.#result(to)
    // The source is its owner's again, and is not kept alive here.
    this.open(empty)
    this.#source = empty
    return result
  }

  #result(to: Buffer): Uint8Array {
    this.#kept = to.length > pooledBytes && to.length <= keptBytes ? to : null
    return to.subarray(0, this.#length)
  }

  #copy(end: number): void {
    this.#require(end)
    const start = this.#taken
    const length = end - start
    const to = this.#room(length)
    if (length > shortBytes) this.#source.copy(to, this.#length, start, end)
    else for (let from = start, at = this.#length; from < end; from++, at++) to[at] = this.#source[from] ?? 0
    this.#length += length
    this.#taken = end
  }

  #require(offset: number): void {
    if (offset >= this.#taken && offset <= this.#from.length) return
    throw new Fault('internal', { what: 'edits overlap or lie outside', offset, taken: this.#taken })
  }

  #room(more: number): Buffer {
    const to = this.#to
    const needed = this.#length + more
    if (to !== null && needed <= to.length) return to
    if (to === null) return this.#begin(needed)
    const larger = allocate(Math.max(needed, to.length * 2))
    to.copy(larger, 0, 0, this.#length)
    this.#to = larger
    return larger
  }

  #begin(needed: number): Buffer {
    const from = this.#from
    this.#source = Buffer.from(from.buffer, from.byteOffset, from.length)
    const left = from.length - this.#start
    const room = Math.max(needed, left + (left >> 3) + 256)
    const kept = this.#kept
    this.#kept = null
    const to = kept !== null && kept.length >= room ? kept : allocate(room)
    this.#to = to
    return to
  }
}

function allocate(bytes: number): Buffer {
  return bytes <= pooledBytes ? Buffer.allocUnsafe(bytes) : Buffer.allocUnsafeSlow(bytes)
}
