// The words before a match, for all detectors at once: has one of a detector's words ended a little before, having begun where a
// word begins? `card` counts in `cards`, `credit_card` and `creditCard`, not in `discard`.

import { dead, goesOn, unknown } from './automaton.ts'
import type { Behind } from './behind.ts'
import { bytesOf, edge, type ByteSet } from './byte-set.ts'
import { contextBytes, longestWord } from './detector.ts'
import { lookAhead, needsWord, worthwhileBytes } from './prefilter.ts'
import type { WordList } from './word-list.ts'

/** Listed at a time: a look at the words before one place is none at all of a long value, and many places are looked at at once. */
const leastListed = 512
const mostListed = 32_768
const empty = new Uint8Array(0)
const none = new Float64Array(0)
const inMark = bytesOf('a-z0-9:/-')
const [slash, bracket] = [0x2f, 0x5b]

/** Of what this room puts in place of a value; only a class of the operator's own may make it longer. */
const longestMark = 96

/** So many bytes decide which words end within the last `contextBytes`, and what stands before their beginning. */
export const wordReach = contextBytes + Math.max(longestWord + 1, longestMark)

/** As a prefilter has it. */
interface PlaceList {
  readonly places: Uint16Array
  count: number
}

/** What counts for a place, to who looks at many. */
export interface Hearing {
  /** Speaks a word that ends there for the place? */
  reaches(place: number, wordEnd: number): boolean
  /** Does the place need no word? */
  isNamed(place: number): boolean
}

/** Where in one value words were seen. Looks only when it is asked. */
export class WordsBefore {
  readonly #list: WordList
  /** By detector: where its last word ended, counted over all values, so that nothing has to be cleared between them. */
  #endedAt: Float64Array = none
  /** The same of any detector. */
  #anyEndedAt = 0
  #base = 2 * wordReach
  #bytes: Uint8Array = empty
  #from = 0
  #end = 0
  /** What the value has before `#from`: as much as `wordReach`, or all there is. */
  #behind: Behind | null = null
  /** Words that begin before are all noted, but for those that had not ended at `#asked`. */
  #lookedTo = 0
  #asked = 0
  /** What the prefilter has listed. */
  #listedFrom = 0
  #listedTo = -1
  #listed = 0
  #toList = leastListed
  /** Ends of the words that were passed, and what they open. */
  readonly #heardEnds: number[] = []
  readonly #heardOpens: ByteSet[] = []

  constructor(list: WordList) {
    this.#list = list
  }

  /** @param behind what the value has before `from`; null for nothing */
  open(bytes: Uint8Array, from: number, end: number, behind: Behind | null): void {
    this.#base += this.#end + 2 * wordReach
    this.#bytes = bytes
    this.#from = from
    this.#end = end
    this.#behind = behind
    this.#lookedTo = from
    this.#asked = -1
    this.#listedTo = -1
  }

  /** Has one of the detector's words ended in the `contextBytes` before `start`? Best asked for in rising order of `start`. */
  has(detector: number, start: number): boolean {
    if (start !== this.#asked) this.#look(start)
    return this.#base + start - (this.#endedAt[detector] ?? 0) <= contextBytes
  }

  /** As `has`, for any detector. */
  hasAny(start: number): boolean {
    if (start !== this.#asked) this.#look(start)
    return this.#base + start - this.#anyEndedAt <= contextBytes
  }

  /**
   * Takes from a list of places, rising, those that are marked with `needsWord` and have no word before them.
   * @param base what the places are offsets from; all are before `to`
   */
  dropUnheard(list: PlaceList, base: number, to: number, hearing: Hearing): void {
    const { places } = list
    let k = 0
    while (k < list.count && (places[k] ?? 0) < needsWord) k++
    if (k === list.count) return
    const first = Math.max(this.#from + 1, base - wordReach)
    if (this.#end - first < worthwhileBytes) return
    this.#listFrom(first, Math.min(this.#end, to + lookAhead))
    const { prefilter } = this.#list
    this.#heardEnds.length = 0
    this.#heardOpens.length = 0
    this.#hear(this.#from)
    let word = 0
    let fresh = 0
    let kept = k
    for (; k < list.count; k++) {
      const listed = places[k] ?? 0
      const place = base + (listed & ~needsWord)
      for (; word < prefilter.count; word++) {
        const start = this.#listedFrom + (prefilter.places[word] ?? 0)
        if (start >= place) break
        this.#hear(start)
      }
      while (place - (this.#heardEnds[fresh] ?? place) > contextBytes) fresh++
      const isNearBehind = this.#behindLength > 0 && place - this.#from <= wordReach
      if (listed < needsWord || isNearBehind || this.#isHeard(place, fresh, hearing) || hearing.isNamed(place))
        places[kept++] = listed
    }
    list.count = kept
  }

  /** Speaks one of the words from the `fresh`th on for something that begins with the byte at the place? */
  #isHeard(place: number, fresh: number, hearing: Hearing): boolean {
    const byte = this.#bytes[place] ?? 0
    for (let i = fresh; i < this.#heardEnds.length; i++)
      if (this.#heardOpens[i]?.[byte] === 1 && hearing.reaches(place, this.#heardEnds[i] ?? 0)) return true
    return false
  }

  /** Notes the words that begin there. */
  #hear(start: number): void {
    const bytes = this.#bytes
    const { automaton } = this.#list
    let cell = automaton.first(automaton.entry, this.#byteBefore(start), bytes[start] ?? 0)
    for (let i = start + 1; cell !== dead; i++) {
      if ((cell & goesOn) === 0) {
        this.#heardEnds.push(i)
        this.#heardOpens.push(this.#list.opens(automaton.acceptsOf(cell >>> 1)))
      }
      if (i >= this.#end) break
      cell = automaton.after(cell, bytes[i] ?? 0)
    }
  }

  #listFrom(first: number, end: number): void {
    const { prefilter } = this.#list
    this.#listedFrom = first
    this.#listedTo = prefilter.find(this.#bytes, first, end)
    prefilter.sift()
    this.#listed = 0
  }

  #look(start: number): void {
    if (start < this.#asked) this.open(this.#bytes, this.#from, this.#end, this.#behind)
    this.#asked = start
    if (this.#behindLength > 0 && start - this.#from < wordReach) this.#lookBehind(start)
    const first = Math.max(this.#lookedTo, start - wordReach)
    this.#lookedTo = start
    if (this.#listedTo > first || this.#end - first >= 2 * worthwhileBytes) this.#lookListed(first, start)
    else this.#lookEach(first, start, start)
  }

  /** Notes the words that begin in `first..bound`. */
  #lookEach(first: number, bound: number, start: number): void {
    const { automaton } = this.#list
    const { rows, entry } = automaton
    const bytes = this.#bytes
    let row = rows[this.#byteBefore(first)] ?? 0
    for (let i = first; i < bound; i++) {
      const byte = bytes[i] ?? 0
      let cell = entry[row + byte] ?? dead
      if (cell === unknown) cell = automaton.enter(entry, row, byte)
      row = rows[byte] ?? 0
      if (cell !== dead) this.#noteFrom(i, start, cell)
    }
  }

  #lookListed(first: number, start: number): void {
    const { prefilter, automaton } = this.#list
    const bytes = this.#bytes
    let i = first
    if (i === this.#from) {
      this.#lookEach(i, i + 1, start)
      i++
    }
    while (i < start) {
      if (i >= this.#listedTo) {
        if (this.#end - i < worthwhileBytes) break
        this.#toList = i === this.#listedTo ? Math.min(2 * this.#toList, mostListed) : leastListed
        this.#listFrom(i, Math.min(this.#end, i + this.#toList))
      }
      const stop = Math.min(start, this.#listedTo)
      let k = this.#listed
      for (; k < prefilter.count; k++) {
        const place = this.#listedFrom + (prefilter.places[k] ?? 0)
        if (place >= stop) break
        if (place < i) continue
        const cell = automaton.first(automaton.entry, bytes[place - 1] ?? 0, bytes[place] ?? 0)
        if (cell !== dead) this.#noteFrom(place, start, cell)
      }
      this.#listed = k
      i = stop
    }
    if (i < start) this.#lookEach(i, start, start)
    // A word that goes on behind `start` is looked at again from its beginning.
    while (this.#listed > 0 && this.#listedFrom + (prefilter.places[this.#listed - 1] ?? 0) >= this.#lookedTo)
      this.#listed--
  }

  /** Notes the words that begin at `first` and end by `start`; one that has not ended then is looked at again. */
  #noteFrom(first: number, start: number, entry: number): void {
    const { automaton } = this.#list
    let cell = entry
    let i = first + 1
    for (;;) {
      if ((cell & goesOn) === 0) {
        if (cell === dead) return
        this.#note(cell, i)
      }
      if (i >= start) break
      cell = automaton.after(cell, this.#bytes[i++] ?? 0)
    }
    if (first < this.#lookedTo) this.#lookedTo = first
  }

  /** The words that begin in the bytes behind, which may go on in these. */
  #lookBehind(start: number): void {
    const { automaton } = this.#list
    const first = this.#from - this.#behindLength
    // Of the longest stretch that is kept, the first byte only says what stands before the second.
    for (let i = this.#behindLength < wordReach ? first : first + 1; i < this.#from; i++) {
      let cell = automaton.first(automaton.entry, i === first ? edge : this.#byteAt(i - 1), this.#byteAt(i))
      for (let at = i + 1; cell !== dead; at++) {
        if ((cell & goesOn) === 0) this.#note(cell, at)
        if (at >= start) break
        cell = automaton.after(cell, this.#byteAt(at))
      }
    }
  }

  #note(cell: number, end: number): void {
    if (this.#isInMark(end)) return
    const { automaton, owners } = this.#list
    const ended = this.#base + end
    // Most values have no word, and a scanner is made for many.
    if (this.#endedAt === none) this.#endedAt = new Float64Array(this.#list.detectors)
    if (this.#anyEndedAt < ended) this.#anyEndedAt = ended
    for (const part of automaton.acceptsOf(cell >>> 1).parts)
      for (const owner of owners[part] ?? []) if ((this.#endedAt[owner] ?? 0) < ended) this.#endedAt[owner] = ended
  }

  /**
   * `[masked:pii/us-passport/…`: what this room wrote says nothing of what stands behind. Looks no further than is kept of
   * the bytes behind, wherever they were cut.
   */
  #isInMark(end: number): boolean {
    const first = Math.max(end - longestMark, this.#from - this.#behindLength)
    let at = end - 1
    let hasSlash = false
    while (at >= first && inMark[this.#byteAt(at)] === 1) hasSlash = this.#byteAt(at--) === slash || hasSlash
    return hasSlash && at >= first && this.#byteAt(at) === bracket
  }

  get #behindLength(): number {
    return this.#behind?.length ?? 0
  }

  #byteAt(i: number): number {
    return (i >= this.#from ? this.#bytes[i] : this.#behind?.byte(this.#from - i)) ?? 0
  }

  #byteBefore(i: number): number {
    return i > this.#from ? (this.#bytes[i - 1] ?? 0) : (this.#behind?.byte(1) ?? edge)
  }
}
