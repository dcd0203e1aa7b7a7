// What the scanner finds in a text, and what is found in the Base64 inside it, as one list of spans in order. What either of
// them has not decided is held; where both would mask, what begins first stands, and the rest of the other is masked silently.

import type { FieldPolicy } from '../engine/context.ts'
import type { Scanner } from '../engine/scanner.ts'
import type { Span } from '../engine/span.ts'
import { copied, joined, type Editor } from '../operators/editor.ts'
import { EncodedRuns, type DecodedFinder } from './encoded-runs.ts'

const empty = new Uint8Array(0)
const none: readonly Span[] = []

interface Found extends Span {
  /** Of a span in decoded text: its mark takes the place of the text that holds it. */
  readonly isEncoded?: boolean
}

export class Finder {
  /** The bytes of the last feed with what was held before them, from `from` on; spans and `safe` are offsets in it. */
  bytes: Uint8Array = empty
  from = 0
  /** Everything before is decided and is not asked for again. */
  safe = 0
  /** What is masked before `safe`. */
  spans: readonly Span[] = none
  /** Bytes behind `safe`. */
  undecided = 0

  readonly #editor: Editor
  #policy: FieldPolicy
  readonly #scanner: Scanner
  readonly #runs: EncodedRuns | null
  /** Of each span what was found, which may be longer. */
  #found: readonly Found[] = none
  /** Found, but behind `safe`; offsets from there. */
  #waiting: Found[] = []
  /** What is held, when the scanner itself holds less: bounded by what `EncodedRuns` holds. */
  #held: Uint8Array = empty

  /** @param newDecoded what looks at decoded text; null where no more is decoded */
  constructor(editor: Editor, policy: FieldPolicy, newDecoded: (() => DecodedFinder) | null, isInner: boolean) {
    this.#editor = editor
    this.#policy = policy
    this.#scanner = editor.newScanner(policy)
    const keepsTokens = !editor.masks('secret/jwt')
    const opaque = (bytes: number): void => (isInner ? undefined : editor.found.undecoded(bytes))
    this.#runs = newDecoded === null ? null : new EncodedRuns(newDecoded, keepsTokens, opaque)
  }

  /** Only between values. */
  reuse(policy: FieldPolicy): void {
    this.#policy = policy
    this.#scanner.reuse(policy)
    this.#runs?.reuse(policy)
  }

  feed(piece: Uint8Array, from: number, end: number, final: boolean): void {
    const scanner = this.#scanner
    const runs = this.#runs
    scanner.feed(piece, from, end, final)
    const scannedEnd = scanner.end
    const open = final ? 0 : scannedEnd - scanner.safe
    if (runs !== null) {
      runs.feed(piece, from, end, final)
      const isEven = this.#held.length === 0 && this.#waiting.length === 0
      if (!isEven || runs.hits.length > 0 || runs.waiting > open) {
        this.#merge(runs, piece.subarray(from, end), scannedEnd, final)
        return
      }
    }
    this.bytes = scanner.bytes
    this.from = scanner.from
    this.safe = scanner.safe
    this.undecided = open
    this.spans = scanner.spans
    this.#found = scanner.spans
  }

  /**
   * What stands in place of a span; counts it. To be asked once a span, in order.
   * @param written of the found bytes, how their value was written; when they are not it themselves
   */
  replacement(index: number, written: ((start: number, end: number) => Uint8Array) | null): Uint8Array {
    const found = this.#found[index]
    if (found === undefined || found.continued) return empty
    if (found.isEncoded === true) return this.#editor.unseen(found, this.#policy)
    if (written === null) return this.#editor.replacement(found, this.bytes, this.#policy)
    const value = written(found.start, found.end)
    return this.#editor.replacement({ ...found, start: 0, end: value.length }, value, this.#policy)
  }

  #merge(runs: EncodedRuns, piece: Uint8Array, scannedEnd: number, final: boolean): void {
    const scanner = this.#scanner
    const isOwn = this.#held.length > 0
    this.bytes = isOwn ? joined([this.#held, piece], this.#held.length + piece.length) : scanner.bytes
    this.from = isOwn ? 0 : scanner.from
    const end = isOwn ? this.bytes.length : scannedEnd
    const open = final ? 0 : scannedEnd - scanner.safe
    this.undecided = final ? 0 : Math.max(open, runs.waiting)
    this.safe = end - this.undecided
    const all: Found[] = this.#waiting.map((span) => moved(span, this.from))
    for (const span of scanner.spans) all.push(moved(span, end - scannedEnd))
    for (const hit of runs.hits) all.push({ ...moved(hit, end - runs.fed), isEncoded: true })
    this.#settle(
      all.sort((a, b) => a.start - b.start || rankOf(a) - rankOf(b)),
      final,
    )
    this.#held = this.undecided > open ? copied(this.bytes, this.safe, end) : empty
  }

  /** Spans that begin before `safe` are told, cut there and where an earlier one ends. */
  #settle(all: readonly Found[], final: boolean): void {
    const spans: Span[] = []
    const found: Found[] = []
    this.#waiting = []
    const { safe } = this
    let at = this.from
    for (const one of all) {
      if (one.start >= safe && !final) {
        this.#waiting.push(moved(one, -safe))
        continue
      }
      const continued = one.continued || one.start < at
      if (one.end > at || (one.end === at && !continued)) {
        const end = Math.min(one.end, safe)
        spans.push({ ...one, start: Math.max(one.start, at), end, continued })
        found.push(continued ? { ...one, continued } : one)
        at = end
      }
      if (one.end > safe) this.#waiting.push({ ...one, start: 0, end: one.end - safe, continued: true })
    }
    this.spans = spans
    this.#found = found
  }
}

function moved(span: Found, by: number): Found {
  return { ...span, start: span.start + by, end: span.end + by }
}

/** Of two that begin at one place: the rest of an earlier one, then what the text itself is. */
function rankOf(span: Found): number {
  if (span.continued) return 0
  return span.isEncoded === true ? 2 : 1
}
