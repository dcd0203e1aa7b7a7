// What finds things in the text of one value, whole or in pieces, for every carrier: the text as it is meant (`fold.ts`) goes to
// the scanner and to what looks into Base64, and what they find is told in the bytes as they came. Text that means what it
// says, nearly all there is, goes straight through.

import type { FieldPolicy } from '../engine/context.ts'
import type { Span } from '../engine/span.ts'
import { copied, joined, type Editor } from '../operators/editor.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import { Finder } from './finder.ts'
import { Fold } from './fold.ts'
import { toJsonText } from './json-escapes.ts'

const empty = new Uint8Array(0)
const none: readonly Span[] = []
const backslash = 0x5c

/** Base64 inside Base64 is looked at, too; no further. */
const maxDepth = 2

export class TextFinder {
  /** The bytes of the last feed with what was held before them, from `from` on; spans and `safe` are offsets in it. */
  bytes: Uint8Array = empty
  from = 0
  /** Everything before is decided and is not asked for again. */
  safe = 0
  spans: readonly Span[] = none
  /** Bytes behind `safe`. */
  undecided = 0

  readonly #finder: Finder
  readonly #fold = new Fold()
  #policy: FieldPolicy
  /** No byte of the value was seen yet. */
  #isFirst = true
  /** The bytes that are held do not mean themselves. The next three are of them. */
  #isFolded = false
  #held: Uint8Array = empty
  #lengths: Uint8Array = empty
  #zeroWidths: Uint8Array = empty
  /** The same of the last feed. */
  #allLengths: Uint8Array = empty
  #allZeroWidths: Uint8Array = empty

  constructor(editor: Editor, policy: FieldPolicy, depth = 0) {
    this.#policy = policy
    const newDecoded = depth < maxDepth ? (): TextFinder => new TextFinder(editor, this.#policy, depth + 1) : null
    this.#finder = new Finder(editor, policy, newDecoded, depth > 0)
  }

  /** Only between values. */
  reuse(policy: FieldPolicy): void {
    this.#policy = policy
    this.#finder.reuse(policy)
  }

  /** @param final the value ends here: everything is decided, and the finder is ready for the next value */
  feed(piece: Uint8Array, from: number, end: number, final: boolean): void {
    if (this.#isFirst && end > from) this.#fold.begin(piece[from] ?? 0)
    this.#isFirst = final || (this.#isFirst && end === from)
    if (this.#isFolded || this.#fold.concerns(piece, from, end, final)) {
      this.#feedFolded(piece, from, end, final)
      return
    }
    const finder = this.#finder
    finder.feed(piece, from, end, final)
    this.bytes = finder.bytes
    this.from = finder.from
    this.safe = finder.safe
    this.spans = finder.spans
    this.undecided = finder.undecided
  }

  /** What stands in place of a span; counts it. To be asked once a span, in order. */
  replacement(index: number): Uint8Array {
    const span = this.spans[index]
    if (this.bytes === this.#finder.bytes || span === undefined) return this.#finder.replacement(index, null)
    const replacement = this.#finder.replacement(index, (start, end) => this.#value(start, end, span.start))
    const isEscaped = this.bytes.subarray(span.start, span.end).includes(backslash)
    return isEscaped ? toJsonText(replacement) : replacement
  }

  /** As it is meant, but with its own separators: a replacement that keeps some keeps them as they came. */
  #value(start: number, end: number, from: number): Uint8Array {
    const meant = this.#finder.bytes
    const shift = this.#finder.from
    const value = new ByteBuilder(end - start)
    let at = from
    for (let i = start; i < end; i++) {
      const length = this.#allLengths[i - shift] ?? 0
      if (i > start) at += this.#allZeroWidths[i - shift] ?? 0
      const byte = meant[i] ?? 0
      if ((byte === 0x20 || byte === 0x2d) && (this.bytes[at] ?? 0) >= 0xc2)
        value.bytes(this.bytes.subarray(at, at + length))
      else value.uint8(byte)
      at += length
    }
    return value.done()
  }

  #feedFolded(piece: Uint8Array, from: number, end: number, final: boolean): void {
    const finder = this.#finder
    const fold = this.#fold
    const meantBefore = finder.undecided
    const isPiece = this.#held.length === 0 && meantBefore === 0
    if (this.#isFolded) {
      const waited = fold.waiting
      const bytes = joined([this.#held, piece.subarray(from, end)], this.#held.length + end - from)
      fold.take(bytes, this.#held.length - waited, bytes.length, final)
      finder.feed(fold.bytes, 0, fold.count, final)
      this.bytes = bytes
    } else {
      fold.take(piece, from, end, final)
      finder.feed(fold.bytes, 0, fold.count, final)
      const held = finder.bytes.subarray(finder.from, finder.from + meantBefore)
      this.#lengths = new Uint8Array(meantBefore).fill(1)
      this.#zeroWidths = new Uint8Array(meantBefore)
      this.bytes = isPiece ? piece : joined([held, piece.subarray(from, end)], meantBefore + end - from)
    }
    this.from = isPiece ? from : 0
    this.#locate(this.from, isPiece ? end : this.bytes.length, final)
  }

  /** From the text that was meant back to the bytes. */
  #locate(from: number, end: number, final: boolean): void {
    const finder = this.#finder
    const fold = this.#fold
    const known = this.#lengths.length
    const lengths = joined([this.#lengths, fold.lengths.subarray(0, fold.count)], known + fold.count)
    const zeroWidths = joined([this.#zeroWidths, fold.zeroWidths.subarray(0, fold.count)], known + fold.count)
    this.#allLengths = lengths
    this.#allZeroWidths = zeroWidths
    let index = 0
    let at = from
    const to = (meant: number): number => {
      for (; index < meant; index++) at += (zeroWidths[index] ?? 0) + (lengths[index] ?? 0)
      return at
    }
    this.spans = finder.spans.map((span) => {
      const first = span.start - finder.from
      // What has no width before a finding stays; inside one, where it was cut, it goes.
      const start = to(first) + (span.continued ? 0 : (zeroWidths[first] ?? 0))
      return { ...span, start, end: Math.max(start, to(span.end - finder.from)) }
    })
    const decided = finder.safe - finder.from
    this.safe = final ? end : to(decided)
    this.undecided = end - this.safe
    this.#keep(final, end, lengths.slice(decided), zeroWidths.slice(decided))
  }

  #keep(final: boolean, end: number, lengths: Uint8Array, zeroWidths: Uint8Array): void {
    const isPlain = final || (this.#fold.waiting === 0 && lengths.length === this.undecided)
    this.#isFolded = !isPlain
    this.#held = isPlain ? empty : copied(this.bytes, this.safe, end)
    this.#lengths = isPlain ? empty : lengths
    this.#zeroWidths = isPlain ? empty : zeroWidths
  }
}
