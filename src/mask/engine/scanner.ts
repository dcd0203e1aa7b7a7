// The engine: finds what is to be masked in the bytes of one value, whole or in pieces. For the same bytes the findings are
// the same wherever they were cut, because nothing is decided before it is certain:
//
//   left to right, at each place where a detector may begin, the automaton runs until no detector goes on; the longest end
//   that passes its boundary and its check is a finding, and the search goes on behind it. A run that is still going when
//   the bytes end holds back everything from where it began: an earlier run may yet swallow what a later one found.
//
// It knows bytes and offsets. What replaces a finding is its caller's business.

import { Buffer } from 'node:buffer'
import { copyBytes } from '../copy-bytes.ts'
import { dead, unknown } from './automaton.ts'
import { edge } from './byte-set.ts'
import type { FieldPolicy } from './context.ts'
import { longestMatch } from './detector.ts'
import { holds, Judge, nothing, type Ignorer, type Observer, type ScanMode } from './judge.ts'
import { needsWord, worthwhileBytes } from './prefilter.ts'
import type { RuleSet } from './rule-set.ts'
import { Run } from './run.ts'
import { failedRule, type Span } from './span.ts'
import type { SwallowRun } from './swallow.ts'

const empty = new Uint8Array(0)
/** Listed at a time, so that the words before and in it are listed at once, too. */
const listedBytes = 31_744

const firstBytes = 256
/** A larger place for what is held and a piece is given back with the value, and a much larger one when nothing is held. */
const keptBytes = 16_384
const mostKeptBytes = 8 * keptBytes

export class Scanner {
  /** The bytes of the last feed with what was held before them, `from..end`; spans and `safe` are offsets in it. Until the next one. */
  bytes: Uint8Array = empty
  from = 0
  end = 0
  /** Everything before is decided and is not asked for again. */
  safe = 0
  readonly spans: Span[] = []

  readonly #set: RuleSet
  readonly #judge: Judge
  readonly #run: Run
  /** Not yet decided; begins where the leftmost live run began. At most `longestMatch` bytes of `#own`, from `#heldAt` on. */
  #held = 0
  #heldAt = 0
  #own = empty
  /** Where the last finding ended, in `bytes`: a value begins there as if nothing stood before it. -1 when not known here. */
  #freshAt = -1
  #swallow: SwallowRun | null = null
  #swallowRule = 0
  #hasFailed = false
  /** The bytes up to there, once somebody needed them. */
  #known: Buffer | null = null
  #final = false
  /** What the prefilter has listed of `bytes`, and the first of it that is not behind us. */
  #listedFrom = 0
  #listedTo = -1
  #listed = 0
  #windowStart = 0
  #windowEnd = 0
  #at = 0

  /** @param enabled by rule: 1 when the principal may not see its class */
  constructor(set: RuleSet, enabled: Uint8Array, policy: FieldPolicy, mode: ScanMode = 'mask') {
    this.#set = set
    const runInside = (start: number): number => this.#run.inside(start, this.#byteBefore(start))
    this.#judge = new Judge({ set, enabled, mode, runInside }, policy)
    this.#run = new Run(set, this.#judge)
  }

  /** What is let through, and counted as that. */
  ignore(ignorer: Ignorer): void {
    this.#judge.ignorer = ignorer
  }

  observe(observer: Observer): void {
    this.#judge.observer = observer
  }

  /** Only between values. */
  reuse(policy: FieldPolicy): void {
    this.#judge.reuse(policy)
  }

  /** @param final the value ends here: everything is decided, and the scanner is ready for the next value */
  feed(piece: Uint8Array, from: number, end: number, final: boolean): void {
    if (this.spans.length > 0) this.spans.length = 0
    this.bytes = piece
    this.#known = null
    this.from = from
    this.end = end
    this.#final = final
    if (this.#held > 0) this.#join(piece, from, end)
    else {
      if (this.#own.length > mostKeptBytes) this.#own = empty
      if (this.#freshAt === 0) this.#freshAt = from
    }
    this.#judge.open(this.bytes, this.from, this.end)
    this.#run.open(this.bytes, this.end, final)
    try {
      this.safe = this.#scan()
    } catch {
      // A detector's own defect. The rest is masked, and the finding tells it.
      this.#spanFailed(this.#at)
      this.safe = this.end
    }
    if (final) this.#reset()
    else {
      // The bytes are the caller's: what is needed of them later is copied.
      this.#judge.keep(this.safe)
      this.#freshAt = this.#freshAt === this.safe ? 0 : -1
      this.#hold()
    }
  }

  #join(piece: Uint8Array, from: number, end: number): void {
    const held = this.#held
    const own = this.#own
    this.end = held + end - from
    this.#reserve(this.end)
    copyBytes(own, this.#heldAt, this.#heldAt + held, this.#own, 0)
    copyBytes(piece, from, end, this.#own, held)
    this.bytes = this.#own
    this.from = 0
  }

  /** The caller may still read what is not decided: our own bytes stay as they are until the next feed. */
  #hold(): void {
    const { bytes, safe, end } = this
    this.#held = end - safe
    this.#heldAt = bytes === this.#own ? safe : 0
    if (this.#held === 0 || bytes === this.#own) return
    this.#reserve(this.#held)
    copyBytes(bytes, safe, end, this.#own, 0)
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#own.length && this.#own.length <= mostKeptBytes) return
    this.#own = new Uint8Array(Math.max(firstBytes, bytes, Math.min(mostKeptBytes, 2 * bytes)))
  }

  /** @returns up to where everything is decided */
  #scan(): number {
    const end = this.end
    let i = this.from
    this.#at = i
    if (this.#hasFailed) {
      this.#spanFailed(i)
      return end
    }
    if (this.#swallow !== null) i = this.#continueSwallow(i)
    if (this.#swallow !== null) return i
    if (this.#run.isLive) {
      const next = this.#after(i, this.#run.resume(i, this.#byteBefore(i)))
      if (next < 0) return -next - 1
      i = next
    }
    this.#listedTo = -1
    this.#windowStart = i
    this.#windowEnd = i
    while (i < end) {
      if (i >= this.#windowEnd) this.#seekAnchor(i)
      const next = this.#search(i)
      if (next < 0) return -next - 1
      i = next
    }
    return end
  }

  /** Where the search goes on after the run from `start`; `-place - 1` when it cannot, and must begin again at the place. */
  #after(start: number, stop: number): number {
    this.#judge.endPlace(stop !== holds)
    if (stop === holds) return -start - 1
    const next = stop === nothing ? start + 1 : this.#found(stop)
    if (this.#swallow !== null) return -next - 1
    return Math.max(next, this.#run.enclosedTo)
  }

  /**
   * To the end of the window or of the stretch before it, or a little further when a match ends there.
   * @returns where the search goes on; when it cannot go on yet, where it must begin again, as `-start - 1`
   */
  #search(from: number): number {
    const { automaton } = this.#set
    if (from >= this.#windowStart) return this.#searchEach(from, this.#windowEnd, automaton.entry)
    if (this.#windowStart - from < worthwhileBytes)
      return this.#searchEach(from, this.#windowStart, automaton.plainEntry)
    return this.#searchListed(from, this.#windowStart)
  }

  /** Every place. */
  #searchEach(from: number, bound: number, gate: Uint16Array): number {
    const { bytes } = this
    const { automaton } = this.#set
    const { rows } = automaton
    let row = rows[this.#byteBefore(from)] ?? 0
    for (let i = from; i < bound; i++) {
      const byte = bytes[i] ?? 0
      let cell = gate[row + byte] ?? dead
      if (cell === unknown) cell = automaton.enter(gate, row, byte)
      row = rows[byte] ?? 0
      if (cell === dead) continue
      const next = this.#tryAt(i, cell)
      if (next !== i + 1) return next
    }
    return bound
  }

  /** The places that the prefilter lists; as `#searchEach` without anchored parts. */
  #searchListed(from: number, bound: number): number {
    const { bytes } = this
    const { prefilter, automaton } = this.#set
    const { places } = prefilter
    let i = from
    // What stands before the first place is not among these bytes, or is a finding, where any part may begin.
    if (i === this.#freshAt || i === this.from) {
      i = this.#searchEach(from, from + 1, automaton.plainEntry)
      if (i !== from + 1) return i
    }
    while (i < bound) {
      if (i >= this.#listedTo) {
        if (bound - i < worthwhileBytes) return this.#searchEach(i, bound, automaton.plainEntry)
        this.#listedFrom = i
        this.#listedTo = prefilter.find(bytes, i, Math.min(this.end, i + listedBytes))
        // Who observes is told of every end.
        if (this.#judge.observer === null) {
          prefilter.sift()
          this.#judge.dropUnheard(prefilter, i, this.#listedTo)
        }
        this.#listed = 0
      }
      const stop = Math.min(bound, this.#listedTo)
      // A match that ended here began before what encloses this place did, and inside of that nothing was listed.
      const enclosed = this.#listedFrom + prefilter.enclosedTo(i - this.#listedFrom)
      if (enclosed > i) {
        const next = this.#searchEach(i, Math.min(enclosed, stop), automaton.plainEntry)
        if (next !== Math.min(enclosed, stop)) return next
        i = next
        continue
      }
      for (let k = this.#listed; k < prefilter.count; k++) {
        this.#listed = k
        const listed = places[k] ?? 0
        const place = this.#listedFrom + (listed & ~needsWord)
        if (place >= stop) break
        if (place < i || (listed >= needsWord && !this.#judge.hearsWord(place))) continue
        const next = this.#tryListed(place)
        if (next !== place + 1) return next
      }
      i = Math.max(stop, this.#listedFrom + prefilter.enclosedTo(stop - this.#listedFrom))
    }
    return i
  }

  #tryListed(place: number): number {
    const { bytes } = this
    const { automaton } = this.#set
    const cell = automaton.first(automaton.plainEntry, bytes[place - 1] ?? 0, bytes[place] ?? 0)
    if (cell === dead) return place + 1
    this.#at = place
    return this.#after(place, this.#run.follow(place, cell))
  }

  /** @returns the place after, or as `#after` */
  #tryAt(start: number, first: number): number {
    if (!this.#run.mayEnd(start, first)) return Math.max(start + 1, this.#run.enclosedTo)
    this.#at = start
    return this.#after(start, this.#run.follow(start, first))
  }

  /**
   * Where, from `from` on, a part with an anchor may begin: in the bytes of its kind that lead to the next anchor, or, when
   * more bytes may come, to the end. Before the window and behind it those parts need not run.
   */
  #seekAnchor(from: number): void {
    const { anchor } = this.#set
    const { bytes } = this
    const end = this.end
    let at = from
    if (anchor === null) at = end
    else if (end - from > worthwhileBytes) {
      // A Buffer looks for a byte ten times as fast as other arrays of bytes do.
      this.#known ??= Buffer.from(bytes.buffer, bytes.byteOffset, end)
      at = this.#known.indexOf(anchor.byte, from)
      if (at === -1) at = end
    } else while (at < end && bytes[at] !== anchor.byte) at++
    this.#windowEnd = at < end ? at + 1 : end
    let start = at
    const first = Math.max(from, at - longestMatch)
    if (anchor !== null && (at < end || !this.#final))
      while (start > first && anchor.before[bytes[start - 1] ?? 0] === 1) start--
    this.#windowStart = start
  }

  #byteBefore(i: number): number {
    if (i === this.#freshAt) return edge
    if (i > this.from) return this.bytes[i - 1] ?? 0
    return this.#judge.match.behind.byte(1)
  }

  /** @returns where the search goes on */
  #found(stop: number): number {
    const span: Span = {
      start: this.#judge.match.maskStart,
      end: this.#judge.match.maskEnd,
      rule: this.#judge.rule,
      score: this.#judge.score,
      continued: false,
    }
    this.spans.push(span)
    if (span.end === stop) this.#freshAt = stop
    const newSwallow = this.#set.rules[this.#judge.rule]?.newSwallow
    if (newSwallow == null) return stop
    const swallow = newSwallow()
    const { at, over } = swallow.advance(this.bytes, stop, this.end, this.#final)
    span.end = at
    this.#freshAt = at
    if (!over && !this.#final) {
      this.#swallow = swallow
      this.#swallowRule = this.#judge.rule
    }
    return at
  }

  #continueSwallow(i: number): number {
    const swallowed = this.#swallow?.advance(this.bytes, i, this.end, this.#final)
    if (swallowed === undefined) return i
    const { at, over } = swallowed
    if (at > i) this.spans.push({ start: i, end: at, rule: this.#swallowRule, score: 1, continued: true })
    if (over || this.#final) this.#swallow = null
    this.#freshAt = at
    return at
  }

  #spanFailed(start: number): void {
    const end = this.end
    const continued = this.#hasFailed
    this.#hasFailed = true
    this.#swallow = null
    this.#run.forget()
    if (end > start || !continued) this.spans.push({ start, end, rule: failedRule, score: 1, continued })
  }

  #reset(): void {
    this.#held = 0
    if (this.#own.length > keptBytes && this.bytes !== this.#own) this.#own = empty
    this.#freshAt = -1
    this.#judge.reset()
    this.#swallow = null
    this.#hasFailed = false
    this.#run.forget()
  }
}
