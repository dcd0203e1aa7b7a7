// Texts that are looked for in others, many at once: a tree of bytes, so that a look costs what it reads and not how many there are.
// Whoever sends the texts chooses them; so how much of them is kept is bounded, and the places of the table are another
// exchange's guess.

import { isLetterOrDigit } from './letter-or-digit.ts'

/** Shorter ones cannot be told from anything else. */
export const shortestText = 3
/** Longer ones have a form that detectors know wherever they stand. */
const longestText = 512
/** Bytes that all texts have together, where they differ: at most 16 MB are kept for them. */
const maxNodes = 1 << 19
/** Most exchanges keep nothing. */
const firstPlaces = 1 << 4
const [root, none] = [0, -1]
const gateBits = 1 << 16

/** Of the first bytes, which are as many as the shortest text has. */
function hashOf(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) * 31 + (bytes[at + 1] ?? 0)) * 31 + (bytes[at + 2] ?? 0)) & (gateBits - 1)
}

export interface FoundText<Meaning> {
  readonly meaning: Meaning
  readonly start: number
  readonly end: number
}

export class KnownTexts<Meaning> {
  readonly #meanings: Meaning[] = []
  /** A bit by `hashOf` of what some text begins with: nearly every place of a text is told by it. None before the first text. */
  #gate: Uint8Array | null = null
  /** By node: which of them ends there. */
  #endAt = new Int32Array(firstPlaces / 2).fill(none)
  #nodes = 1
  /** By place: node and byte (`node << 8 | byte`), and the node that follows. Never more than half full. */
  #steps = new Int32Array(firstPlaces).fill(none)
  #nexts = new Int32Array(firstPlaces)
  readonly #factor = (Math.floor(Math.random() * 0x4000_0000) << 1) | 1

  /** @returns false when it is not kept */
  add(text: Uint8Array, meaning: Meaning): boolean {
    if (text.length < shortestText || text.length > longestText) return false
    if (this.#nodes + text.length > maxNodes) return false
    const hash = hashOf(text, 0)
    this.#gate ??= new Uint8Array(gateBits / 8)
    this.#gate[hash >>> 3] = (this.#gate[hash >>> 3] ?? 0) | (1 << (hash & 7))
    let node = root
    for (let i = 0; i < text.length; i++) node = this.#grown(node, text[i] ?? 0)
    if (this.#endAt[node] === none) this.#endAt[node] = this.#meanings.push(meaning) - 1
    return true
  }

  /** Where they stand in `bytes[start..end)`: the first and longest first, and none inside of a longer word or number. */
  allIn(bytes: Uint8Array, start: number, end: number): FoundText<Meaning>[] {
    const found: FoundText<Meaning>[] = []
    const gate = this.#gate
    if (gate === null) return found
    let isBehindWord = false
    for (let i = start; i + shortestText <= end; i++) {
      const isInWord = isLetterOrDigit(bytes[i])
      const isInside = isInWord && isBehindWord
      isBehindWord = isInWord
      if (isInside) continue
      const hash = hashOf(bytes, i)
      if ((((gate[hash >>> 3] ?? 0) >>> (hash & 7)) & 1) === 0) continue
      const one = this.#longestAt(bytes, i, end)
      if (one === null) continue
      found.push(one)
      i = one.end - 1
      // Either it does not end as a word does, or no word goes on behind it.
      isBehindWord = false
    }
    return found
  }

  /** The longest that begins there and does not end inside of a word or a number. */
  #longestAt(bytes: Uint8Array, at: number, end: number): FoundText<Meaning> | null {
    let found = none
    let foundEnd = at
    for (let node = root, i = at; i < end;) {
      node = this.#after(node, bytes[i++] ?? 0)
      if (node === none) break
      const ending = this.#endAt[node] ?? none
      if (ending === none || (i < end && isLetterOrDigit(bytes[i - 1]) && isLetterOrDigit(bytes[i]))) continue
      found = ending
      foundEnd = i
    }
    const meaning = this.#meanings[found]
    return meaning === undefined ? null : { meaning, start: at, end: foundEnd }
  }

  #after(node: number, byte: number): number {
    const place = this.#placeOf((node << 8) | byte)
    return this.#steps[place] === none ? none : (this.#nexts[place] ?? none)
  }

  #grown(node: number, byte: number): number {
    const step = (node << 8) | byte
    let place = this.#placeOf(step)
    if (this.#steps[place] !== none) return this.#nexts[place] ?? none
    if (this.#nodes * 2 >= this.#steps.length) {
      this.#widen()
      place = this.#placeOf(step)
    }
    this.#steps[place] = step
    this.#nexts[place] = this.#nodes
    return this.#nodes++
  }

  /** Where the step is, or would be. */
  #placeOf(step: number): number {
    const steps = this.#steps
    const last = steps.length - 1
    let place = (Math.imul(step, this.#factor) >>> 11) & last
    while (steps[place] !== none && steps[place] !== step) place = (place + 1) & last
    return place
  }

  #widen(): void {
    const [steps, nexts] = [this.#steps, this.#nexts]
    const places = steps.length * 4
    this.#steps = new Int32Array(places).fill(none)
    this.#nexts = new Int32Array(places)
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] ?? none
      if (step === none) continue
      const place = this.#placeOf(step)
      this.#steps[place] = step
      this.#nexts[place] = nexts[i] ?? none
    }
    const endAt = new Int32Array(places / 2).fill(none)
    endAt.set(this.#endAt)
    this.#endAt = endAt
  }
}
