// Carriers for whole bodies: JSON, lines of JSON, running text, and bytes that hold no text.

import { opaque, plainText } from '../../kernel/action.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Carrier, Masker, MaskStream } from '../../kernel/masker.ts'
import { patchSpans, type Edit } from '../../wire/patch.ts'
import { JsonCursor } from './json-cursor.ts'
import { MemberLook } from './json-members.ts'
import { isMalformedJson } from './malformed-json.ts'
import { maskLeaves } from './leaves.ts'

/** A JSON answer is kept until it is whole: which strings are signed is known by what stands around them. */
export const maxJsonBytes = 32 * 1024 * 1024
export const maxLineBytes = 32 * 1024 * 1024

// What is kept is copied by `Buffer.from`: `slice` of a socket's Buffer is a view of memory that is not ours.
const nothing = new Uint8Array(0)
const LF = 0x0a
const thinking = Buffer.from('"thinking"')

function holdsThinking(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(thinking)
}

type ToResultsUrl = ((url: string) => string) | null

/** @returns the same object when nothing changed */
function maskJson(bytes: Uint8Array, masker: Masker, toResultsUrl: ToResultsUrl, onlySealed = false): Uint8Array {
  const edits: Edit[] = []
  const cursor = new JsonCursor().reset(bytes, 0, bytes.length)
  try {
    maskLeaves(cursor, { masker, edits, look: new MemberLook(bytes.length), toResultsUrl, onlySealed })
    cursor.requireEnd()
  } catch (error) {
    if (!isMalformedJson(error)) throw error
    // Said to be JSON and is not: text, then. What a text holds was masked before.
    if (onlySealed) return bytes
    return masker.value(bytes, 0, bytes.length, plainText) ?? bytes
  }
  return patchSpans(bytes, edits)
}

export class JsonCarrier implements Carrier {
  readonly #expectedBytes: number
  readonly #toResultsUrl: ToResultsUrl
  #held: Uint8Array[] = []
  #heldBytes = 0
  #released: Uint8Array[] = []

  /** @param expectedBytes from Content-Length; -1 when the end says how long it is */
  constructor(expectedBytes: number, toResultsUrl: ToResultsUrl) {
    this.#expectedBytes = expectedBytes
    this.#toResultsUrl = toResultsUrl
  }

  carry(chunk: Uint8Array, masker: Masker): Uint8Array {
    const total = this.#heldBytes + chunk.length
    if (total > maxJsonBytes)
      throw new Fault('upstream.protocol', { why: 'a JSON answer that is too long', maxJsonBytes })
    if (this.#heldBytes === 0 && total === this.#expectedBytes) return maskJson(chunk, masker, this.#toResultsUrl)
    this.#held.push(Buffer.from(chunk))
    this.#heldBytes = total
    return nothing
  }

  finish(masker: Masker): Uint8Array {
    if (this.#heldBytes === 0) return nothing
    const whole = Buffer.concat(this.#held, this.#heldBytes)
    this.#held = []
    this.#heldBytes = 0
    return maskJson(whole, masker, this.#toResultsUrl)
  }

  /** The answer goes out when it is whole, so its record may wait as long. */
  toRecord(released: Uint8Array): Uint8Array {
    if (released.length > 0) this.#released.push(Buffer.from(released))
    return nothing
  }

  finishRecord(masker: () => Masker): Uint8Array {
    const whole = Buffer.concat(this.#released)
    this.#released = []
    return holdsThinking(whole) ? maskJson(whole, masker(), null, true) : whole
  }
}

/** One JSON value a line, such as the results of a batch. */
export class LinesCarrier implements Carrier {
  #held: Uint8Array[] = []
  #heldBytes = 0

  carry(chunk: Uint8Array, masker: Masker): Uint8Array {
    const last = chunk.lastIndexOf(LF)
    if (last === -1) return this.#hold(chunk)
    const whole = chunk.subarray(0, last + 1)
    const lines = this.#heldBytes === 0 ? whole : Buffer.concat([...this.#held, whole])
    this.#held = []
    this.#heldBytes = 0
    if (last + 1 < chunk.length) this.#hold(chunk.subarray(last + 1))
    const masked = maskLines(lines, masker)
    // Not by length alone: what was held before may be as long as what is held now.
    return masked === whole && whole.length === chunk.length ? chunk : masked
  }

  finish(masker: Masker): Uint8Array {
    if (this.#heldBytes === 0) return nothing
    const rest = Buffer.concat(this.#held, this.#heldBytes)
    this.#held = []
    this.#heldBytes = 0
    return maskLines(rest, masker)
  }

  toRecord(released: Uint8Array, masker: () => Masker): Uint8Array {
    return holdsThinking(released) ? maskLines(released, masker(), true) : released
  }

  #hold(chunk: Uint8Array): Uint8Array {
    this.#heldBytes += chunk.length
    if (this.#heldBytes > maxLineBytes)
      throw new Fault('upstream.protocol', { why: 'a line that does not end', maxLineBytes })
    this.#held.push(Buffer.from(chunk))
    return nothing
  }
}

function maskLines(bytes: Uint8Array, masker: Masker, onlySealed = false): Uint8Array {
  const pieces: Uint8Array[] = []
  let isChanged = false
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(LF, from)
    const to = end === -1 ? bytes.length : end
    const line = bytes.subarray(from, to)
    const masked = to === from ? line : maskJson(line, masker, null, onlySealed)
    isChanged ||= masked !== line
    pieces.push(masked, bytes.subarray(to, to + 1))
    from = to + 1
  }
  return isChanged ? Buffer.concat(pieces) : bytes
}

/** Running text of any length. */
export class TextCarrier implements Carrier {
  #stream: MaskStream | null = null

  carry(chunk: Uint8Array, masker: Masker): Uint8Array {
    this.#stream ??= masker.stream(plainText)
    return this.#stream.push(chunk)
  }

  finish(): Uint8Array {
    return this.#stream?.end() ?? nothing
  }
}

/** Bytes that hold no text: counted as not looked at. Only for what policy let pass as a file. */
export class OpaqueCarrier implements Carrier {
  carry(chunk: Uint8Array, masker: Masker): Uint8Array {
    masker.value(chunk, 0, chunk.length, opaque)
    return chunk
  }

  finish(): Uint8Array {
    return nothing
  }
}
