// Writes batches to one segment. Owns its file and its nonce counter; after a failed write it must be dropped, because
// the next batch would need the counter that the torn one has used.

import type { Position } from '../kernel/event.ts'
import { associatedBytes, frameBytes, writeFrame } from './batch-frame.ts'
import type { Disk } from './disk.ts'
import { SegmentCipher, tagBytes } from './segment-cipher.ts'
import { createSegment, headerBytes } from './segment-file.ts'
import type { Folder, SegmentName } from './segment-file.ts'

/** An end of the chain: the last position and the tag of its batch. */
export interface Link {
  readonly position: Position
  readonly tag: Uint8Array
}

export const chainStart: Link = Object.freeze({ position: 0, tag: new Uint8Array(tagBytes) })

export interface Batch {
  /** Not kept. */
  readonly plain: Uint8Array
  readonly events: number
  readonly first: Position
  readonly durable: Position
  readonly fresh: boolean
}

export class SegmentWriter {
  readonly fd: number
  readonly name: SegmentName
  readonly bornUpMs: number
  /** A sync failed: what was not synced before is lost or will be, whatever a later sync says. */
  untrusted = false
  readonly #disk: Disk
  readonly #cipher: SegmentCipher
  readonly #frame = Buffer.alloc(frameBytes)
  #counter = 0
  #offset = headerBytes

  constructor(disk: Disk, cipher: SegmentCipher, file: { fd: number; name: SegmentName; bornUpMs: number }) {
    this.#disk = disk
    this.#cipher = cipher
    this.fd = file.fd
    this.name = file.name
    this.bornUpMs = file.bornUpMs
  }

  get bytes(): number {
    return this.#offset
  }

  /** In the page cache when it returns. @returns the new end of the chain; throws what the disk threw */
  write(batch: Batch, previous: Link): Link {
    const frame = this.#frame
    writeFrame(frame, {
      length: batch.plain.length,
      counter: this.#counter,
      events: batch.events,
      first: batch.first,
      previous: previous.position,
      durable: batch.durable,
      fresh: batch.fresh,
      previousTag: previous.tag,
    })
    const sealed = this.#cipher.seal(this.#counter++, frame.subarray(0, associatedBytes), batch.plain)
    frame.set(sealed.tag, associatedBytes)
    this.#put(frame, sealed.ciphertext)
    return { position: batch.first + batch.events - 1, tag: sealed.tag }
  }

  #put(frame: Uint8Array, ciphertext: Uint8Array): void {
    const total = frame.length + ciphertext.length
    let done = this.#disk.write(this.fd, [frame, ciphertext], this.#offset)
    while (done < total) {
      const rest = done < frame.length ? [frame.subarray(done), ciphertext] : [ciphertext.subarray(done - frame.length)]
      const more = this.#disk.write(this.fd, rest, this.#offset + done)
      if (more <= 0) throw new Error('the disk takes no more bytes')
      done += more
    }
    this.#offset += total
  }
}

/** A new, durable, empty segment. */
export async function openSegmentWriter(
  folder: Folder,
  number: number,
  born: { readonly boot: string; readonly atMs: number; readonly upMs: number },
): Promise<SegmentWriter> {
  const { fd, name, identity } = await createSegment(folder, number, born)
  return new SegmentWriter(folder.disk, new SegmentCipher(folder.key, identity), { fd, name, bornUpMs: born.upMs })
}
