// A masker simple enough to see through: a word that is an e-mail address or sixteen digits is replaced. A word is held
// until it ends, so the output does not depend on cuts, and most pieces are held back a little: the hard case for carriers.

import type { FieldContext } from '../../src/kernel/action.ts'
import type { Masker, MaskStream } from '../../src/kernel/masker.ts'

const nothing = new Uint8Array(0)
export const mailMask = '[mail]'
export const cardMask = '[card]'

function isWordByte(byte: number): boolean {
  if (byte >= 0x30 && byte <= 0x39) return true
  if ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) return true
  return byte === 0x40 || byte === 0x2e || byte === 0x5f || byte === 0x2d
}

const words = /[0-9A-Za-z@._-]+/g

function toMasked(word: string): string {
  if (/^[\w.-]+@[\w-]+\.[a-z]+$/i.test(word)) return mailMask
  return /^[0-9]{16}$/.test(word) ? cardMask : word
}

export class FakeMasker implements Masker {
  /** Of masked words, in order. */
  readonly found: string[] = []
  readonly fields: (string | null)[] = []
  opaqueBytes = 0
  scannedBytes = 0

  value(bytes: Uint8Array, start: number, end: number, field: FieldContext): Uint8Array | null {
    if (field.content === 'opaque') {
      this.opaqueBytes += end - start
      return null
    }
    const stream = this.stream(field)
    const piece = bytes.slice(start, end)
    const out = Buffer.concat([stream.push(piece), stream.end()])
    return out.equals(piece) ? null : out
  }

  towards(_tool: string | null): this {
    return this
  }

  stream(field: FieldContext): MaskStream {
    /** The word that has not ended yet. */
    let held = ''
    const mask = (word: string): string => {
      const masked = toMasked(word)
      if (masked !== word) {
        this.found.push(word)
        this.fields.push(field.name)
      }
      return masked
    }
    return {
      push: (piece) => {
        this.scannedBytes += piece.length
        const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length)
        let ended = bytes.length
        while (ended > 0 && isWordByte(bytes[ended - 1] ?? 0)) ended--
        if (ended === 0) {
          held += bytes.toString('latin1')
          return nothing
        }
        const isWhole = held === '' && ended === bytes.length
        const joined = Buffer.from((held + bytes.toString('latin1', 0, ended)).replace(words, mask), 'latin1')
        held = bytes.toString('latin1', ended)
        return isWhole && joined.equals(piece) ? piece : joined
      },
      end: () => {
        const word = held
        held = ''
        return word === '' ? nothing : Buffer.from(mask(word), 'latin1')
      },
    }
  }

  drain(): ReturnType<Masker['drain']> {
    return { findings: [], coverage: { scannedBytes: this.scannedBytes, opaqueBytes: this.opaqueBytes } }
  }
}

/** Lets everything pass. */
export const passingMasker: Masker = {
  value: () => null,
  stream: () => ({ push: (piece) => piece, end: () => new Uint8Array(0) }),
  towards: () => passingMasker,
  drain: () => ({ findings: [], coverage: { scannedBytes: 0, opaqueBytes: 0 } }),
}
