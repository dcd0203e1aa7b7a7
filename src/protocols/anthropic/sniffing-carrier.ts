// An answer that does not say it is a stream of events and begins like one. Clients that asked for a stream read it as one,
// whatever its type says; so its text is put together as they put it together, and not looked at as one text with events in it.

import type { Carrier, Masker } from '../../kernel/masker.ts'
import { SseCarrier } from './sse-carrier.ts'

const nothing = new Uint8Array(0)
/** Every line of a stream begins with one of these (WHATWG HTML §9.2.6). */
const fields = ['event', 'data', 'id', 'retry', ''].map((name) => Buffer.from(`${name}:`))
/** Blank lines, and the mark of the byte order in front of them. */
const isBefore = new Set([0x0a, 0x0d, 0xef, 0xbb, 0xbf])

export class SniffingCarrier implements Carrier {
  readonly #otherwise: Carrier
  #chosen: Carrier | null = null
  /** Only what may still become either: blank lines and a few letters, as long as the target sends nothing else. */
  #held: Uint8Array = nothing

  /** @param otherwise carries what does not begin like a stream */
  constructor(otherwise: Carrier) {
    this.#otherwise = otherwise
  }

  carry(chunk: Uint8Array, masker: Masker): Uint8Array {
    if (this.#chosen !== null) return this.#chosen.carry(chunk, masker)
    const begun = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    const isStream = beginsLikeStream(begun)
    if (isStream === null && begun.length < maxHeldBytes) {
      this.#held = Buffer.from(begun)
      return nothing
    }
    this.#held = nothing
    this.#chosen = isStream === true ? new SseCarrier() : this.#otherwise
    return this.#chosen.carry(begun, masker)
  }

  finish(masker: Masker): Uint8Array {
    if (this.#chosen !== null) return this.#chosen.finish(masker)
    this.#chosen = this.#otherwise
    const first = this.#held.length === 0 ? nothing : this.#otherwise.carry(this.#held, masker)
    const rest = this.#otherwise.finish(masker)
    return first.length === 0 ? rest : Buffer.concat([first, rest])
  }

  toRecord(released: Uint8Array, masker: () => Masker): Uint8Array {
    return this.#chosen?.toRecord?.(released, masker) ?? released
  }

  finishRecord(masker: () => Masker): Uint8Array {
    return this.#chosen?.finishRecord?.(masker) ?? nothing
  }
}

/** Longer runs of blank lines in front are nobody's stream. */
const maxHeldBytes = 1024

/** @returns null when the next byte may decide */
function beginsLikeStream(bytes: Uint8Array): boolean | null {
  const at = bytes.findIndex((byte) => !isBefore.has(byte))
  if (at === -1) return null
  let isOpen = false
  for (const field of fields) {
    const given = bytes.subarray(at, at + field.length)
    if (given.every((byte, i) => byte === field[i])) {
      if (given.length === field.length) return true
      isOpen = true
    }
  }
  return isOpen ? null : false
}
