// The 80 bytes before each batch. All but the tag are associated data of the batch, so none of them can be changed;
// `previousTag` chains a batch to the one before it, over segments too, so none can be dropped, moved or repeated.
//
//    0 magic u32   4 length u32    8 counter u32   12 events u32   16 first f64   24 previous f64   32 durable f64
//   40 flags u32  44 zero u32     48 previousTag  64 tag           80 ciphertext
//
// Positions are doubles that hold safe integers. Little-endian throughout.

import type { Position } from '../kernel/event.ts'
import { tagBytes } from './segment-cipher.ts'

export const frameBytes = 80
export const associatedBytes = 64
/** 'SPB1' */
export const frameMagic = 0x31425053
/** A batch is at most one full queue and one event more. */
export const maxBatchBytes = 0x1000_0000

export interface Frame {
  /** Bytes of ciphertext. */
  readonly length: number
  /** Number of the batch in its segment, from 0. */
  readonly counter: number
  readonly events: number
  /** Position of the first event; the others follow without a gap. */
  readonly first: Position
  /** Position of the last event before this batch, wherever that is. 0 when there was none. */
  readonly previous: Position
  /** What was on disk for certain when this batch was written: what tells damage from a torn tail. */
  readonly durable: Position
  /** The string table starts empty. */
  readonly fresh: boolean
  /** Tag of the batch before this one; zeros when there was none. */
  readonly previousTag: Uint8Array
  readonly tag: Uint8Array
}

export function lastOf(frame: Frame): Position {
  return frame.first + frame.events - 1
}

/** Everything but the tag, which is known only after sealing. */
export function writeFrame(into: Buffer, frame: Omit<Frame, 'tag'>): void {
  into.writeUInt32LE(frameMagic, 0)
  into.writeUInt32LE(frame.length, 4)
  into.writeUInt32LE(frame.counter, 8)
  into.writeUInt32LE(frame.events, 12)
  into.writeDoubleLE(frame.first, 16)
  into.writeDoubleLE(frame.previous, 24)
  into.writeDoubleLE(frame.durable, 32)
  into.writeUInt32LE(frame.fresh ? 1 : 0, 40)
  into.writeUInt32LE(0, 44)
  into.set(frame.previousTag, 48)
}

/** @returns null when this cannot be a frame. A frame is not to be believed before its batch was opened. */
export function parseFrame(bytes: Buffer): Frame | null {
  if (bytes.length < frameBytes || bytes.readUInt32LE(0) !== frameMagic) return null
  const frame: Frame = {
    length: bytes.readUInt32LE(4),
    counter: bytes.readUInt32LE(8),
    events: bytes.readUInt32LE(12),
    first: bytes.readDoubleLE(16),
    previous: bytes.readDoubleLE(24),
    durable: bytes.readDoubleLE(32),
    fresh: bytes.readUInt32LE(40) === 1,
    previousTag: Buffer.from(bytes.subarray(48, 48 + tagBytes)),
    tag: Buffer.from(bytes.subarray(associatedBytes, frameBytes)),
  }
  return isPlausible(frame) ? frame : null
}

function isPlausible(frame: Frame): boolean {
  return (
    frame.length <= maxBatchBytes &&
    frame.events > 0 &&
    frame.events <= frame.length &&
    Number.isSafeInteger(frame.first) &&
    Number.isSafeInteger(frame.previous) &&
    Number.isSafeInteger(frame.durable) &&
    frame.previous >= 0 &&
    frame.durable >= 0 &&
    frame.previous < frame.first &&
    frame.durable < frame.first
  )
}
