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
    let held: number[] = []
    const flush = (): Buffer => {
      const word = Buffer.from(held).toString('latin1')
      held = []
      const masked = toMasked(word)
      if (masked !== word) {
        this.found.push(word)
        this.fields.push(field.name)
      }
      return Buffer.from(masked, 'latin1')
    }
    return {
      push: (piece) => {
        this.scannedBytes += piece.length
        const held0 = held.length
        const out: Uint8Array[] = []
        for (const byte of piece) {
          if (isWordByte(byte)) held.push(byte)
          else out.push(flush(), Uint8Array.of(byte))
        }
        const joined = Buffer.concat(out)
        return held0 === 0 && held.length === 0 && joined.equals(piece) ? piece : joined
      },
      end: () => (held.length === 0 ? nothing : flush()),
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
