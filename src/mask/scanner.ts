// The engine: finds what is to be masked in the bytes of one value, whole or in pieces. For the same bytes the findings are
// the same wherever they were cut, because nothing is decided before it is certain:
//
//   left to right, at each place where a detector may begin, the automaton runs until no detector goes on; the longest end
//   that passes its boundary and its check is a finding, and the search goes on behind it. A run that is still going when
//   the bytes end holds back everything from where it began: an earlier run may yet swallow what a later one found.
//
// It knows bytes and offsets. What replaces a finding is its caller's business.

import { Buffer } from 'node:buffer'
import { dead, unknown } from './automaton.ts'
import { edge } from './byte-set.ts'
import type { FieldPolicy } from './context.ts'
import { contextBytes, contextGain, longestMatch, threshold, type Match } from './detector.ts'
import { Ends, type Rule, type RuleSet } from './rule-set.ts'
import type { SwallowRun } from './swallow.ts'

const empty = new Uint8Array(0)

/** A detector failed: the rest of the value is masked. */
export const failedRule = -1
export interface Span {
  /** Offsets in the scanner's `bytes`. */
  readonly start: number
  end: number
  /** Index of the detector, or `failedRule`. */
  readonly rule: number
  readonly score: number
  /** More of what an earlier span began: masked, without a second mark. */
  readonly continued: boolean
}

/** Answers of a run that are not the end of a match. */
const nothing = -1
const holds = -2

const quickBytes = 40

export class Scanner implements Match {
  /** The bytes of the last feed with what was held before them; spans and `safe` are offsets in it. */
  bytes: Uint8Array = empty
  from = 0
  /** Everything before is decided and is not asked for again. */
  safe = 0
  readonly spans: Span[] = []

  start = 0
  end = 0
  maskStart = 0
  maskEnd = 0

  readonly #set: RuleSet
  /** By rule: 1 when the principal may not see its class. */
  readonly #enabled: Uint8Array
  /** Context is asked for even where the score suffices without it. */
  readonly #scoresExactly: boolean
  #policy: FieldPolicy
  /** Not yet decided; begins where the leftmost live run began. At most `longestMatch` bytes. */
  #held: Uint8Array = empty
  /** The last bytes before `#held`, for boundaries and context. */
  #before: Uint8Array = empty
  #swallow: SwallowRun | null = null
  #swallowRule = 0
  #hasFailed = false
  /** The live run of the last feed, so that a slow stream is not read again from its beginning. */
  #liveOffset = -1
  #liveGeneration = 0
  #liveLength = 0
  readonly #ends = new Ends()
  readonly #innerEnds = new Ends()
  readonly #triedAt: Float64Array
  #tries = 0
  /** Whether the words before `start` were looked for, in the run that is being settled. */
  #hasLooked = false
  #view: Buffer | null = null
  #windowStart = 0
  #windowEnd = 0
  #score = 0
  #rule = 0
  #at = 0

  constructor(set: RuleSet, enabled: Uint8Array, policy: FieldPolicy, scoresExactly = false) {
    this.#set = set
    this.#enabled = enabled
    this.#policy = policy
    this.#scoresExactly = scoresExactly
    this.#triedAt = new Float64Array(set.rules.length)
  }

  /** For a value of another field. Only between values. */
  reuse(policy: FieldPolicy): void {
    this.#policy = policy
  }

  /** @param final the value ends here: everything is decided, and the scanner is ready for the next value */
  feed(piece: Uint8Array, from: number, end: number, final: boolean): void {
    if (this.spans.length > 0) this.spans.length = 0
    this.bytes = piece
    this.#view = null
    this.from = from
    let stop = end
    if (this.#held.length > 0) {
      stop = this.#held.length + end - from
      this.bytes = new Uint8Array(stop)
      this.bytes.set(this.#held)
      this.bytes.set(from === 0 && end === piece.length ? piece : piece.subarray(from, end), this.#held.length)
      this.from = 0
    }
    try {
      this.safe = this.#scan(stop, final)
    } catch {
      // A detector's own defect. The rest is masked, and the finding tells it.
      this.#spanFailed(this.#at, stop)
      this.safe = stop
    }
    if (final) this.#reset()
    else this.#keep(stop)
  }

  text(): string {
    return this.#latin1(this.start, this.end)
  }

  byteBefore(distance: number): number {
    if (distance > contextBytes) return edge
    const at = this.start - distance
    return at >= this.from ? (this.bytes[at] ?? edge) : (this.#before[this.#before.length + at - this.from] ?? edge)
  }

  before(): string {
    const here = Math.min(contextBytes, this.start - this.from)
    const text = this.#latin1(this.start - here, this.start)
    const missing = Math.min(contextBytes - here, this.#before.length)
    return missing === 0 ? text : Buffer.from(this.#before).toString('latin1', this.#before.length - missing) + text
  }

  #latin1(start: number, end: number): string {
    const { bytes } = this
    this.#view ??= bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    return this.#view.toString('latin1', start, end)
  }

  #scan(end: number, final: boolean): number {
    const { bytes } = this
    let i = this.from
    this.#at = i
    if (this.#hasFailed) {
      this.#spanFailed(i, end)
      return end
    }
    if (this.#swallow !== null) {
      i = this.#continueSwallow(i, end, final)
      if (this.#swallow !== null) return i
    }
    const { rows, entry, plainEntry, classes } = this.#set.automaton
    let row = rows[this.#byteBefore(i)] ?? 0
    this.#windowStart = i
    this.#windowEnd = i
    let isLive = this.#liveOffset >= 0
    while (i < end) {
      if (i >= this.#windowEnd) this.#seekAnchor(i, end, final)
      const isPlain = i < this.#windowStart
      const bound = isPlain ? this.#windowStart : this.#windowEnd
      const gate = isPlain ? plainEntry : entry
      let { table } = this.#set.automaton
      while (i < bound) {
        const byte = bytes[i] ?? 0
        let cell = gate[row + byte] ?? dead
        if (cell !== dead) {
          // Most runs end within a few bytes and have seen nothing: they need no more than this.
          const soon = i + quickBytes < end ? i + quickBytes : end
          for (let k = i + 1; k < soon && (cell & 1) === 0; k++)
            cell = table[(cell >>> 1) + (classes[bytes[k] ?? 0] ?? 0)] ?? dead
          if (cell !== dead || isLive) {
            this.#at = i
            const stop = this.#run(i, end, final, gate[row + byte] ?? dead, this.#ends)
            if (stop === holds) return i
            table = this.#set.automaton.table
            isLive = false
            if (stop !== nothing) {
              i = this.#found(stop, end, final)
              if (this.#swallow !== null) return i
              row = rows[bytes[i - 1] ?? 0] ?? 0
              continue
            }
          }
        }
        row = rows[byte] ?? 0
        i++
      }
    }
    return end
  }

  /**
   * Where, from `from` on, a part with an anchor may begin: in the bytes of its kind that lead to the next anchor, or, when
   * more bytes may come, to the end. Before the window and behind it those parts need not run.
   */
  #seekAnchor(from: number, end: number, final: boolean): void {
    const { anchor } = this.#set
    const { bytes } = this
    let at = from
    if (anchor === null) at = end
    else if (end - from > 64 && end === bytes.length) {
      at = bytes.indexOf(anchor.byte, from)
      if (at === -1) at = end
    } else while (at < end && bytes[at] !== anchor.byte) at++
    this.#windowEnd = at < end ? at + 1 : end
    let start = at
    const first = Math.max(from, at - longestMatch)
    if (anchor !== null && (at < end || !final))
      while (start > first && anchor.before[bytes[start - 1] ?? 0] === 1) start--
    this.#windowStart = start
  }

  #byteBefore(i: number): number {
    if (i > this.from) return this.bytes[i - 1] ?? 0
    return this.#before.length === 0 ? edge : (this.#before[this.#before.length - 1] ?? 0)
  }

  /** One run from `start`. @returns where the match ends, `nothing` or `holds` */
  #run(start: number, end: number, final: boolean, first: number, ends: Ends): number {
    const { bytes } = this
    const { automaton } = this.#set
    const { classes } = automaton
    let offset = first >>> 1
    let i = start + 1
    if (ends === this.#ends && this.#liveOffset >= 0) {
      if (this.#liveGeneration === automaton.generation) {
        offset = this.#liveOffset
        i = start + this.#liveLength
      } else ends.count = 0
      this.#liveOffset = -1
    } else ends.count = 0
    if (i === start + 1 && ends.count === 0 && (first & 1) === 1) {
      ends.add(1, automaton.acceptsOf(offset))
    }
    let { table } = automaton
    for (;;) {
      const reach = automaton.reachOf(offset)
      if (i - start >= reach && i < end) return this.#settle(start, end, final, ends)
      const limit = Math.min(end, start + reach)
      while (i < limit) {
        const byteClass = classes[bytes[i] ?? 0] ?? 0
        let cell = table[offset + byteClass] ?? dead
        if ((cell & 1) === 1) {
          if (cell === unknown) {
            cell = automaton.step(offset, byteClass)
            table = automaton.table
          }
          if (cell === dead) return this.#settle(start, end, final, ends)
          if ((cell & 1) === 1) {
            const accepts = automaton.acceptsOf(cell >>> 1)
            ends.add(i + 1 - start, accepts)
            if (accepts.isUrgent && this.#isUrgent(start, i + 1, accepts.parts)) return i + 1
          }
        }
        offset = cell >>> 1
        i++
      }
      if (i >= end) break
    }
    if (final) return this.#settle(start, end, final, ends)
    if (ends === this.#ends) {
      this.#liveOffset = offset
      this.#liveGeneration = automaton.generation
      this.#liveLength = i - start
    }
    return holds
  }

  /** The longest end that passes. */
  #settle(start: number, end: number, final: boolean, ends: Ends): number {
    if (ends.count === 0) return nothing
    const { bytes } = this
    const { rules } = this.#set
    this.#hasLooked = false
    const attempt = ++this.#tries
    for (let k = ends.count - 1; k >= 0; k--) {
      const stop = start + (ends.at[k] ?? 0)
      const after = stop < end ? (bytes[stop] ?? 0) : edge
      for (const index of ends.accepts[k]?.parts ?? []) {
        const rule = rules[index]
        if (rule === undefined || this.#enabled[index] !== 1) continue
        if (rule.detector.wholeRun === true) {
          if (this.#triedAt[index] === attempt) continue
          this.#triedAt[index] = attempt
        }
        if (stop - start > rule.detector.maxBytes) continue
        if (rule.right[after] !== 1 || !this.#passes(start, stop, index, rule)) continue
        if (rule.detector.yields !== true) return stop
        const verdict = this.#yieldsTo(index, stop, end, final)
        if (verdict !== nothing) return verdict
      }
    }
    return nothing
  }

  /** A match whose end is not waited for: what follows is swallowed as it comes. */
  #isUrgent(start: number, stop: number, accepts: readonly number[]): boolean {
    for (const index of accepts) {
      const rule = this.#set.rules[index]
      if (rule?.newSwallow == null || this.#enabled[index] !== 1) continue
      this.#hasLooked = false
      if (this.#passes(start, stop, index, rule)) return true
    }
    return false
  }

  #passes(start: number, stop: number, index: number, rule: Rule): boolean {
    this.start = start
    this.end = stop
    this.maskStart = start
    this.maskEnd = stop
    const { detector } = rule
    const hint = this.#policy.hints[index] ?? 0
    // What a word must speak for is not worth a check without one.
    if (detector.score < threshold && hint !== 1 && !this.#hasWordBefore(index)) return false
    let score = detector.check === undefined ? detector.score : detector.check(this)
    if (score <= 0) return false
    if (hint === 2) score -= contextGain
    if (score < threshold || this.#scoresExactly) {
      if (hint === 1 || this.#hasWordBefore(index)) score = Math.max(threshold, Math.min(1, score + contextGain))
    }
    this.#score = score
    this.#rule = index
    return score >= threshold
  }

  #hasWordBefore(index: number): boolean {
    const { words } = this.#set
    if (!this.#hasLooked) {
      this.#hasLooked = true
      const here = Math.min(contextBytes, this.start - this.from)
      const missing = Math.min(contextBytes - here, this.#before.length)
      let state = words.begin()
      // Rows of numbers have no word anywhere, and that is seen at once.
      const first = this.#before.length - missing
      if (hasLetter(this.#before, first, this.#before.length) || hasLetter(this.bytes, this.start - here, this.start)) {
        state = words.look(state, this.#before, first, this.#before.length)
        words.look(state, this.bytes, this.start - here, this.start)
      }
    }
    return words.found[index] === 1
  }

  /**
   * A general finding steps back for a secret known by its form that begins where its mask would: the more exact class is
   * the one that a permission names. @returns `stop` when it stays, `nothing` when it steps back, `holds` when that is open
   */
  #yieldsTo(index: number, stop: number, end: number, final: boolean): number {
    const [maskStart, maskEnd, score] = [this.maskStart, this.maskEnd, this.#score]
    const { rows, entry } = this.#set.automaton
    const row = rows[this.#byteBefore(maskStart)] ?? 0
    const cell = entry[row + (this.bytes[maskStart] ?? 0)] ?? dead
    const inner = cell === dead ? nothing : this.#run(maskStart, end, final, cell, this.#innerEnds)
    if (inner === holds) return holds
    if (inner !== nothing && this.#set.rules[this.#rule]?.detector.dataClass.startsWith('secret/') === true)
      return nothing
    this.#rule = index
    this.#score = score
    this.maskStart = maskStart
    this.maskEnd = maskEnd
    return stop
  }

  /** @returns where the search goes on */
  #found(stop: number, end: number, final: boolean): number {
    const span: Span = {
      start: this.maskStart,
      end: this.maskEnd,
      rule: this.#rule,
      score: this.#score,
      continued: false,
    }
    this.spans.push(span)
    const newSwallow = this.#set.rules[this.#rule]?.newSwallow
    if (newSwallow == null) return stop
    const swallow = newSwallow()
    const { at, over } = swallow.advance(this.bytes, stop, end, final)
    span.end = at
    if (!over && !final) {
      this.#swallow = swallow
      this.#swallowRule = this.#rule
    }
    return at
  }

  #continueSwallow(i: number, end: number, final: boolean): number {
    const swallowed = this.#swallow?.advance(this.bytes, i, end, final)
    if (swallowed === undefined) return i
    const { at, over } = swallowed
    if (at > i) this.spans.push({ start: i, end: at, rule: this.#swallowRule, score: 1, continued: true })
    if (over || final) this.#swallow = null
    return at
  }

  #spanFailed(start: number, end: number): void {
    const continued = this.#hasFailed
    this.#hasFailed = true
    this.#swallow = null
    this.#liveOffset = -1
    if (end > start || !continued) this.spans.push({ start, end, rule: failedRule, score: 1, continued })
  }

  /** The bytes are the caller's: what is needed of them later is copied. */
  #keep(end: number): void {
    const { bytes, safe, from } = this
    const known = safe - from
    if (known >= contextBytes) this.#before = bytes.slice(safe - contextBytes, safe)
    else if (known > 0) {
      const kept = this.#before.subarray(Math.max(0, this.#before.length - (contextBytes - known)))
      const joined = new Uint8Array(kept.length + known)
      joined.set(kept)
      joined.set(bytes.subarray(from, safe), kept.length)
      this.#before = joined
    }
    this.#held = safe < end ? bytes.slice(safe, end) : empty
  }

  #reset(): void {
    this.#held = empty
    this.#before = empty
    this.#swallow = null
    this.#hasFailed = false
    this.#liveOffset = -1
  }
}

function hasLetter(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (((bytes[i] ?? 0) & 0xdf) >= 65) return true
  return false
}
