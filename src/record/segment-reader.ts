// Reads batches of one segment from the front. Says what is there and whether it is what was sealed; whether the chain
// fits is chain-reader.ts's business.

import path from 'node:path'
import { Fault } from '../kernel/fault.ts'
import { associatedBytes, frameBytes, frameMagic, parseFrame } from './batch-frame.ts'
import type { Frame } from './batch-frame.ts'
import type { Position } from '../kernel/event.ts'
import { SegmentCipher } from './segment-cipher.ts'
import { headerBytes, readHeader } from './segment-file.ts'
import type { Folder, SegmentHeader, SegmentName } from './segment-file.ts'

/** Read at once: a few thousand small batches, or several of the usual large ones. */
const windowBytes = 256 * 1024
/** Places that look like a frame, tried when a tail is judged; more of them than this is no accident. */
const maxCandidates = 10_000

/** What was read ahead of one segment. Readers of one chain share it: of most of them only the first batch is looked at. */
export class ReadAhead {
  readonly bytes = Buffer.allocUnsafeSlow(windowBytes)
  /** Whose it is now. */
  reader: SegmentReader | null = null
  at = 0
  length = 0
}

export class SegmentReader {
  readonly name: SegmentName
  readonly header: SegmentHeader
  readonly #folder: Folder
  readonly #fd: number
  readonly #cipher: SegmentCipher
  readonly #ahead: ReadAhead
  #offset = headerBytes
  #counter = 0

  /** @throws Fault `record.corrupt` when the header is not one */
  constructor(folder: Folder, name: SegmentName, ahead: ReadAhead) {
    this.name = name
    this.#folder = folder
    this.#ahead = ahead
    this.#fd = folder.disk.open(name.path)
    try {
      this.header = readHeader(folder, this.#fd, name)
    } catch (failure) {
      folder.disk.close(this.#fd)
      throw failure
    }
    this.#cipher = new SegmentCipher(folder.key, this.header.identity)
  }

  get offset(): number {
    return this.#offset
  }

  /** Nothing after the last batch read. */
  get atEnd(): boolean {
    return this.#folder.disk.size(this.#fd) <= this.#offset
  }

  /** The frame at the place of the next batch; not to be believed before `open`. */
  peek(): Frame | null {
    const frame = parseFrame(this.#bytes(this.#offset, frameBytes))
    return frame !== null && frame.counter === this.#counter ? frame : null
  }

  /** @returns the batch after `peek`, or null when it is not what was sealed */
  open(frame: Frame): Uint8Array | null {
    return this.#openAt(this.#offset, frame)
  }

  advance(frame: Frame): void {
    this.#offset += frameBytes + frame.length
    this.#counter++
  }

  /** Forgets what was read ahead: a live segment may have more by now. */
  refresh(): void {
    if (this.#ahead.reader === this) this.#ahead.reader = null
  }

  /** fdatasync: what a dead writer left in memory only. */
  sync(): Promise<void> {
    return this.#folder.disk.sync(this.#fd)
  }

  /**
   * Is there, after the place where no batch could be read, a sealed batch that was written when something after
   * `position` was on disk already? Then what is missing here was durable once: damage. Otherwise it is the tail that a
   * power cut may leave, in which later pages can have reached the disk and earlier ones not.
   */
  laterProvesDurable(position: Position): boolean {
    const end = this.#folder.disk.size(this.#fd)
    const magic = Buffer.alloc(4)
    magic.writeUInt32LE(frameMagic)
    let candidates = 0
    for (let at = this.#offset + 1; at + frameBytes <= end;) {
      const window = this.#bytes(at, Math.min(windowBytes, end - at))
      const found = window.indexOf(magic)
      if (found === -1) {
        at += Math.max(1, window.length - magic.length + 1)
        continue
      }
      at += found
      if (++candidates > maxCandidates) return true
      const frame = parseFrame(this.#bytes(at, frameBytes))
      if (frame !== null && frame.durable > position && this.#openAt(at, frame) !== null) return true
      at++
    }
    return false
  }

  corrupt(what: string, cause?: unknown): Fault {
    const facts = { segment: path.basename(this.name.path), offset: this.#offset, what }
    return new Fault('record.corrupt', facts, cause)
  }

  close(): void {
    this.refresh()
    this.#folder.disk.close(this.#fd)
  }

  #openAt(offset: number, frame: Frame): Uint8Array | null {
    const length = frameBytes + frame.length
    // Before anything is allocated: a length is only a claim, the file is what is there.
    if (offset + length > this.#folder.disk.size(this.#fd)) return null
    const bytes = this.#bytes(offset, length)
    if (bytes.length < length) return null
    const associated = bytes.subarray(0, associatedBytes)
    return this.#cipher.open(frame.counter, associated, { ciphertext: bytes.subarray(frameBytes), tag: frame.tag })
  }

  /** A view, valid until the next call of any reader of the chain; shorter at the end of the file. */
  #bytes(offset: number, length: number): Buffer {
    const ahead = this.#ahead
    const start = offset - ahead.at
    if (ahead.reader === this && start >= 0 && start + length <= ahead.length)
      return ahead.bytes.subarray(start, start + length)
    if (length > windowBytes) {
      const large = Buffer.allocUnsafeSlow(length)
      return large.subarray(0, this.#read(large, offset))
    }
    ahead.reader = this
    ahead.at = offset
    ahead.length = this.#read(ahead.bytes, offset)
    return ahead.bytes.subarray(0, Math.min(length, ahead.length))
  }

  #read(into: Buffer, offset: number): number {
    let done = 0
    while (done < into.length) {
      const count = this.#folder.disk.read(this.#fd, into.subarray(done), offset + done)
      if (count <= 0) break
      done += count
    }
    return done
  }
}
