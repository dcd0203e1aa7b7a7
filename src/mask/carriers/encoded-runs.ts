// Base64 (RFC 4648 §4 and §5) inside text: a run of its letters that decodes to something that reads as text is looked at
// decoded, and masked whole when it holds a finding. What decodes to anything else (names, hashes, images) is left alone
// after its first few letters, so text without such runs costs a look at every 14th byte.
//
// A run is held from its beginning until it is known to be clean, at most 8 Ki letters and what the detectors hold of the
// text in it; in a longer one what is clean goes out, and from a finding on the rest of the run is masked. It knows offsets
// only: the bytes are its caller's.

import type { FieldPolicy } from '../engine/context.ts'
import type { Span } from '../engine/span.ts'
import { isNoTextSoon, isWithoutText, letters, minLetters, minPadded, noLetter, seek, TextGauge } from './base64.ts'

/** Of a whole value: may there be Base64 in it that decodes to text? */
export function mayHoldText(bytes: Uint8Array, from: number, end: number): boolean {
  return !isWithoutText(bytes, from, end, maxHeldLetters)
}

/** What looks at the decoded text: a finder of its own, one level further down. */
export interface DecodedFinder {
  readonly spans: readonly Span[]
  readonly from: number
  /** Bytes at the end that are not decided yet. */
  readonly undecided: number
  feed(bytes: Uint8Array, from: number, end: number, final: boolean): void
  reuse(policy: FieldPolicy): void
}

const maxHeldLetters = 8_192
const maxHeldBytes = (maxHeldLetters / 4) * 3
/** Decoded bytes that are given to the finder at once. */
const batchBytes = 16_384
/** Shorter lines are not wrapped Base64: MIME wraps at 76, PEM at 64. */
const minLine = 60

const empty = new Uint8Array(0)
const lineFeed = 0x0a
const carriageReturn = 0x0d
const padding = 0x3d
const dot = 0x2e

/** `plain`: in no run. `dead`: in one that is not text. `masked`: in one with a finding. `padded`: behind such a one. */
type State = 'plain' | 'live' | 'dead' | 'masked' | 'padded'

/** Where a line of a wrapped run begins: in the decoded text, and in what was fed. */
interface Anchor {
  readonly decoded: number
  readonly at: number
}

export class EncodedRuns {
  /** What is masked, of the last feed; counted from the beginning of the value. */
  readonly hits: Span[] = []
  /** Bytes of the value that were fed, with the last feed. */
  fed = 0
  /** Bytes at their end that wait. */
  waiting = 0

  readonly #newFinder: () => DecodedFinder
  /** Leave what stands behind a dot and begins as a JSON object: a part of a JWT, for those who may see JWTs. */
  readonly #keepsTokens: boolean
  readonly #opaque: (bytes: number) => void
  #finder: DecodedFinder | null = null

  #state: State = 'plain'
  #letters = 0
  /** From offsets in the bytes that are fed to offsets in the value. */
  #base = 0
  #bits = 0
  #isBehindDot = false
  #before = 0
  /** The last feed was the value's last. */
  #isOver = false
  /** Where line ends began that may be inside the run; -1 for none. */
  #gap = -1
  #gapByte = 0
  /** Where the run begins, and its lines; the lines that are clean are forgotten. */
  #start = 0
  #anchors: Anchor[] = []

  #decoded: Uint8Array = new Uint8Array(32)
  #decodedEnd = 0
  readonly #gauge = new TextGauge()
  /** Decoded bytes that the finder has decided on. */
  #clean = 0

  #maskFrom = 0
  #rule = 0
  #isContinued = false
  #paddings = 0

  constructor(newFinder: () => DecodedFinder, keepsTokens: boolean, opaque: (n: number) => void) {
    this.#newFinder = newFinder
    this.#keepsTokens = keepsTokens
    this.#opaque = opaque
  }

  /** Only between values. */
  reuse(policy: FieldPolicy): void {
    this.#finder?.reuse(policy)
  }

  feed(bytes: Uint8Array, from: number, end: number, final: boolean): void {
    if (this.hits.length > 0) this.hits.length = 0
    // Whole values that are too short for a run are the most frequent ones.
    if (this.#isOver) this.fed = 0
    this.#isOver = final
    if (final && this.fed === 0 && !mayHoldText(bytes, from, end)) return
    this.#base = this.fed - from
    for (let i = from; i < end;) {
      if (this.#state === 'plain') {
        const start = seek(bytes, i, end, final)
        i = start
        if (start === end) break
        this.#begin(start + this.#base, start > from ? (bytes[start - 1] ?? 0) : this.#before)
        if (isNoTextSoon(bytes, start, end)) this.#state = 'dead'
      } else if (this.#state === 'live') i = this.#read(bytes, i, end)
      else if (this.#state === 'padded') i = this.#pad(bytes[i] ?? 0, i)
      else i = this.#skip(bytes, i, end)
    }
    this.fed += end - from
    if (this.#state === 'live' && this.#letters >= minLetters) this.#look(false)
    if (this.#state === 'masked') this.#mask(this.#gap < 0 ? this.fed : this.#gap)
    if (final) this.#end()
    else {
      if (end > from) this.#before = bytes[end - 1] ?? 0
      this.waiting = this.fed - this.#safe()
    }
  }

  #begin(at: number, before: number): void {
    this.#state = 'live'
    this.#letters = 0
    this.#isBehindDot = before === dot
    this.#gap = -1
    this.#start = at
    this.#anchors = [{ decoded: 0, at }]
    this.#decodedEnd = 0
    this.#gauge.begin()
    this.#clean = 0
  }

  #read(bytes: Uint8Array, from: number, end: number): number {
    for (let i = from; i < end; i++) {
      const value = letters[bytes[i] ?? 0] ?? noLetter
      if (value === noLetter) return this.#interrupt(bytes[i] ?? 0, i)
      if (this.#gap >= 0) {
        this.#gap = -1
        this.#anchors.push({ decoded: this.#gauge.total, at: i + this.#base })
      }
      this.#bits = (this.#bits << 6) | value
      if ((++this.#letters & 3) === 0 && !this.#quad()) return i + 1
    }
    return end
  }

  /** @returns false when the run is not live any more */
  #quad(): boolean {
    const bits = this.#bits
    this.#decode((bits >> 16) & 0xff)
    this.#decode((bits >> 8) & 0xff)
    this.#decode(bits & 0xff)
    const isTokenPart = this.#keepsTokens && this.#isBehindDot && this.#letters === 4 && (bits & 0xffff00) === 0x7b2200
    if (isTokenPart) this.#state = 'dead'
    else if (this.#gauge.isNoText) this.#die()
    else if (this.#decodedEnd >= batchBytes) this.#look(false)
    return this.#state === 'live'
  }

  #decode(byte: number): void {
    if (this.#decodedEnd === this.#decoded.length) {
      const larger = new Uint8Array(this.#decoded.length * 4)
      larger.set(this.#decoded)
      this.#decoded = larger
    }
    this.#decoded[this.#decodedEnd++] = byte
    this.#gauge.put(byte)
  }

  /** Not text, at least from here on. */
  #die(): void {
    if (this.#letters >= minLetters) this.#look(true)
    if (this.#state === 'live') this.#state = 'dead'
  }

  #skip(bytes: Uint8Array, from: number, end: number): number {
    let i = from
    while (i < end && letters[bytes[i] ?? 0] !== noLetter) i++
    if (i > from) this.#gap = -1
    this.#letters += i - from
    return i === end ? end : this.#interrupt(bytes[i] ?? 0, i)
  }

  /** A byte that is no letter: the run ends there, unless it is the end of a line of wrapped Base64. */
  #interrupt(byte: number, i: number): number {
    const isWrapped = this.#state !== 'dead' && this.#letters >= minLine && (this.#letters & 3) === 0
    const isLineEnd =
      this.#gap < 0
        ? byte === lineFeed || byte === carriageReturn
        : byte === lineFeed && this.#gapByte === carriageReturn
    if (isWrapped && isLineEnd) {
      if (this.#gap < 0) this.#gap = i + this.#base
      this.#gapByte = byte
      return i + 1
    }
    this.#finish(this.#gap < 0 ? i + this.#base : this.#gap, this.#gap < 0 && byte === padding)
    return i
  }

  #pad(byte: number, i: number): number {
    if (byte !== padding || ++this.#paddings > 2) {
      this.#state = 'plain'
      return i
    }
    this.#mask(i + 1 + this.#base)
    return i + 1
  }

  #finish(at: number, isPadded: boolean): void {
    if (this.#state === 'dead' && this.#letters > maxHeldLetters) this.#opaque(this.#letters)
    if (this.#state === 'live') {
      const rest = this.#letters & 3
      if (rest === 3) this.#decode((this.#bits >> 10) & 0xff)
      if (rest === 3) this.#decode((this.#bits >> 2) & 0xff)
      if (rest === 2) this.#decode((this.#bits >> 4) & 0xff)
      if (this.#letters >= (isPadded ? minPadded : minLetters)) this.#look(true)
    }
    if (this.#state === 'masked') {
      this.#mask(at)
      this.#paddings = 0
      this.#state = 'padded'
    } else this.#state = 'plain'
    this.#gap = -1
  }

  /** Gives the finder what was decoded since it looked last. */
  #look(final: boolean): void {
    const finder = (this.#finder ??= this.#newFinder())
    finder.feed(this.#decoded, 0, this.#decodedEnd, final)
    this.#decodedEnd = 0
    const [first] = finder.spans
    if (first === undefined) {
      this.#clean = this.#gauge.total - finder.undecided
      while ((this.#anchors[1]?.decoded ?? this.#gauge.total) < this.#clean) this.#anchors.shift()
      return
    }
    this.#state = 'masked'
    this.#maskFrom = this.#placeOf(this.#clean + first.start - finder.from)
    this.#rule = first.rule
    this.#isContinued = false
    if (!final) finder.feed(empty, 0, 0, true)
  }

  /** Of the letters that a decoded byte comes from. */
  #placeOf(decoded: number): number {
    const anchor = this.#anchors.findLast((one) => one.decoded <= decoded)
    if (decoded < maxHeldBytes || anchor === undefined) return this.#start
    return anchor.at + Math.floor((decoded - anchor.decoded) / 3) * 4
  }

  #mask(end: number): void {
    if (end <= this.#maskFrom) return
    this.hits.push({ start: this.#maskFrom, end, rule: this.#rule, score: 1, continued: this.#isContinued })
    this.#maskFrom = end
    this.#isContinued = true
  }

  #safe(): number {
    if (this.#state === 'masked' && this.#gap >= 0) return this.#gap
    return this.#state === 'live' ? this.#placeOf(this.#clean) : this.fed
  }

  #end(): void {
    if (this.#state !== 'plain') this.#finish(this.#gap < 0 ? this.fed : this.#gap, false)
    this.#state = 'plain'
    this.waiting = 0
    this.#before = 0
  }
}
