// One escape sequence of a terminal (ECMA-48 §5.3–5.6), byte by byte from its ESC on: where it ends, and what it does to the text.
// What is longer than sequences are, or has numbers in it as no sequence has, is none: nothing hides in one.

/** `moves`: what comes next stands elsewhere. `forward`: a little further in the line. `text`: it holds a text of its own. */
export type SequenceKind = 'plain' | 'moves' | 'forward' | 'text' | 'broken'

export interface Sequence {
  readonly kind: SequenceKind
  readonly bytes: Uint8Array
  readonly textFrom: number
  readonly textTo: number
  /** False when the byte that ended it is not part of it. */
  readonly hasTaken: boolean
}

const maxControlBytes = 32
const maxTextBytes = 1_024
const maxDigits = 5

const escape = 0x1b
const bell = 0x07

/** Final bytes of control sequences after which writing goes on where it was. */
const stays = new Set(Array.from('mhlnctpqsgi', (letter) => letter.charCodeAt(0)))
/** Of sequences without parameters: index, next line, reverse index, restore cursor, reset. */
const movesAlone = new Set(Array.from('DEM8c', (letter) => letter.charCodeAt(0)))
/** What begins a text: OSC, DCS, SOS, PM, APC. */
const beginsText = new Set(Array.from(']PX^_', (letter) => letter.charCodeAt(0)))

export class SequenceReader {
  /** Between its ESC and its end. */
  isInside = false
  /** The first `#count`. */
  readonly #bytes = new Uint8Array(maxTextBytes + 1)
  #count = 0
  #kind: 'short' | 'control' | 'text' = 'short'
  #digits = 0

  begin(): void {
    this.isInside = true
    this.#bytes[0] = escape
    this.#count = 1
    this.#kind = 'short'
    this.#digits = 0
  }

  /** @returns null when it goes on */
  take(byte: number): Sequence | null {
    if (this.#kind === 'text') return this.#text(byte)
    if (this.#kind === 'control') return this.#control(byte)
    if (this.#count === 1 && byte === 0x5b) this.#kind = 'control'
    else if (this.#count === 1 && beginsText.has(byte)) this.#kind = 'text'
    else if (byte >= 0x30 && byte <= 0x7e) {
      const isMove = this.#count === 1 && movesAlone.has(byte)
      return this.#done(isMove ? 'moves' : 'plain', byte)
    } else if (byte < 0x20 || byte > 0x7e || this.#count > 3) return this.#done('broken', null)
    this.#bytes[this.#count++] = byte
    return null
  }

  /** The value is over. @returns what was read of a sequence that has not ended */
  end(): Uint8Array {
    this.isInside = false
    const bytes = this.#bytes.slice(0, this.#count)
    this.#count = 0
    return bytes
  }

  #control(byte: number): Sequence | null {
    if (byte >= 0x40 && byte <= 0x7e) return this.#done(this.#kindOf(byte), byte)
    this.#digits = byte >= 0x30 && byte <= 0x39 ? this.#digits + 1 : 0
    const isPart = byte >= 0x20 && byte < 0x40 && this.#digits <= maxDigits
    if (!isPart || this.#count >= maxControlBytes) return this.#done('broken', null)
    this.#bytes[this.#count++] = byte
    return null
  }

  #kindOf(final: number): SequenceKind {
    if (stays.has(final)) return 'plain'
    const parameters = String.fromCharCode(...this.#bytes.subarray(2, this.#count))
    // Right of the cursor there is nothing that was read as text.
    if (final === 0x4b) return parameters === '' || parameters === '0' ? 'plain' : 'moves'
    return final === 0x43 && /^\d{0,2}$/.test(parameters) ? 'forward' : 'moves'
  }

  /** To BEL or ESC \; an ESC that is followed by anything else ends it, too. */
  #text(byte: number): Sequence | null {
    const last = this.#bytes[this.#count - 1]
    if (this.#count > 2 && last === escape)
      return byte === 0x5c ? this.#done('text', byte, 1) : this.#done('broken', null)
    if (byte === bell) return this.#done('text', byte)
    if (byte === 0x18 || byte === 0x1a || this.#count >= maxTextBytes) return this.#done('broken', null)
    this.#bytes[this.#count++] = byte
    return null
  }

  #done(kind: SequenceKind, last: number | null, endBytes = 0): Sequence {
    const textTo = this.#count - endBytes
    if (last !== null) this.#bytes[this.#count++] = last
    return { kind, bytes: this.end(), textFrom: 2, textTo, hasTaken: last !== null }
  }
}
