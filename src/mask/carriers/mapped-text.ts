// Text that is written in another way than it is meant: with escapes, or with sequences that are no text at all. Detectors see
// what is meant, the client gets what was written: what is not part of a finding goes out as it came, and what replaces a
// finding is written as its surroundings are.

import { copied, joined, type Editor } from '../operators/editor.ts'
import type { FieldPolicy } from '../engine/context.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import type { Output } from './output.ts'
import { Scratch } from './scratch.ts'
import { TextFinder } from './text-finder.ts'

const empty = new Uint8Array(0)

/** What was gathered is looked at when it is this long; also at the end of every piece. */
const batchBytes = 65_536
const maxAsides = 4_096

/** How a replacement is written; null where nothing is escaped. */
export type Encode = ((bytes: Uint8Array) => Uint8Array) | null

interface Aside {
  /** It stands before this byte of what is meant, of what is held or gathered. */
  readonly at: number
  readonly bytes: ByteBuilder
}

export class MappedText {
  readonly #output: Output
  readonly #finder: TextFinder
  #encode: Encode = null
  /** Of this value something was seen. */
  #hasBegun = false
  /** As it was written, of what the finder has not decided. Bounded by that: at most six bytes written for one meant. */
  #held: Uint8Array = empty
  /** Written bytes of each meant byte that is held; null when each is written as itself. */
  #heldLengths: Uint8Array | null = null
  /** Gathered since the last look: as it was written, what it means, and how many written bytes each meant one has. */
  readonly #written = new Scratch()
  readonly #meant = new Scratch()
  readonly #lengths = new Scratch()
  /** Something that was gathered does not mean itself. */
  #isMapped = false
  /** No text, but it keeps its place; inside a finding, too. Its caller bounds it. */
  #asides: Aside[] = []

  constructor(editor: Editor, policy: FieldPolicy, output: Output) {
    this.#output = output
    this.#finder = new TextFinder(editor, policy)
  }

  /** The next value; the one before has ended. */
  begin(policy: FieldPolicy, encode: Encode): void {
    this.#encode = encode
    this.#finder.reuse(policy)
  }

  get holds(): boolean {
    return this.#finder.undecided > 0 || this.#asides.length > 0 || this.#meant.length > 0
  }

  /** `bytes[from..to)` that mean themselves. */
  plain(bytes: Uint8Array, from: number, to: number): void {
    if (from === to) return
    this.#hasBegun = true
    if (this.holds) {
      for (let at = from; at < to; at += batchBytes) {
        const same = bytes.subarray(at, Math.min(to, at + batchBytes))
        this.#gather(same, same)
      }
      return
    }
    const finder = this.#finder
    finder.feed(bytes, from, to, false)
    let at = from
    for (const [i, span] of finder.spans.entries()) {
      this.#output.pass(bytes, at, span.start)
      this.#replace(i)
      at = span.end
    }
    this.#output.pass(bytes, at, finder.safe)
    if (finder.safe < to) this.#held = copied(bytes, finder.safe, to)
  }

  /** `written` stands for `meant`, which is at least one byte. */
  escape(written: Uint8Array, meant: Uint8Array): void {
    this.#hasBegun = true
    this.#gather(written, meant)
  }

  /** Bytes that are no text. */
  aside(bytes: Uint8Array): void {
    const at = this.#finder.undecided + this.#meant.length
    const last = this.#asides.at(-1)
    if (last?.at === at) last.bytes.bytes(bytes)
    else this.#asides.push({ at, bytes: new ByteBuilder(bytes.length).bytes(bytes) })
    if (this.#asides.length >= maxAsides) this.#look(false)
  }

  /** Looks at what was gathered. To be called when a piece is over. */
  flush(): void {
    if (this.#meant.length > 0 || this.#asides.length > 0) this.#look(false)
  }

  end(): void {
    if (this.#hasBegun || this.holds) this.#look(true)
    this.#hasBegun = false
  }

  #gather(written: Uint8Array, meant: Uint8Array): void {
    this.#written.add(written)
    this.#meant.add(meant)
    if (written === meant) this.#lengths.fill(1, meant.length)
    else {
      this.#isMapped = true
      this.#lengths.fill(written.length, 1)
      if (meant.length > 1) this.#lengths.fill(0, meant.length - 1)
    }
    if (this.#meant.length >= batchBytes) this.#look(false)
  }

  #look(final: boolean): void {
    const finder = this.#finder
    const lengths = this.#allLengths(finder.undecided)
    // What is put out stays readable when more is gathered.
    const added = this.#written.bytes.subarray(0, this.#written.length)
    const written = joined([this.#held, added], this.#held.length + added.length)
    finder.feed(this.#meant.bytes, 0, this.#meant.length, final)
    const walk = new Walk(written, lengths, this.#asides, this.#output)
    for (const [i, span] of finder.spans.entries()) {
      walk.emit(span.start - finder.from)
      this.#replace(i)
      walk.skip(span.end - finder.from)
    }
    const decided = finder.safe - finder.from
    walk.emit(decided)
    if (final) walk.emitAsides()
    const isAll = finder.undecided === 0
    this.#held = isAll ? empty : copied(written, walk.at, written.length)
    this.#heldLengths = lengths === null || isAll ? null : lengths.slice(decided)
    this.#asides = walk.asidesLeft(decided)
    this.#written.clear()
    this.#meant.clear()
    this.#lengths.clear()
    this.#isMapped = false
  }

  #allLengths(heldMeant: number): Uint8Array<ArrayBuffer> | null {
    const held = this.#heldLengths
    if (held === null && !this.#isMapped) return null
    const added = this.#lengths.bytes.subarray(0, this.#lengths.length)
    return joined([held ?? new Uint8Array(heldMeant).fill(1), added], heldMeant + added.length)
  }

  #replace(index: number): void {
    const replacement = this.#finder.replacement(index)
    this.#output.isEdited = true
    this.#output.put(this.#encode === null ? replacement : this.#encode(replacement))
  }
}

/** Through what was written, in step with what is meant. */
class Walk {
  at = 0
  readonly #written: Uint8Array
  readonly #lengths: Uint8Array | null
  readonly #asides: readonly Aside[]
  readonly #output: Output
  #meant = 0
  #aside = 0

  constructor(written: Uint8Array, lengths: Uint8Array | null, asides: readonly Aside[], output: Output) {
    this.#written = written
    this.#lengths = lengths
    this.#asides = asides
    this.#output = output
  }

  /** Puts out everything before the meant byte, and the asides that stand right before it. */
  emit(to: number): void {
    for (
      let next = this.#asides[this.#aside];
      next !== undefined && next.at <= to;
      next = this.#asides[++this.#aside]
    ) {
      this.#write(next.at)
      this.#output.put(next.bytes.done())
    }
    this.#write(to)
  }

  /** Leaves out what was written, but no aside. */
  skip(to: number): void {
    for (let next = this.#asides[this.#aside]; next !== undefined && next.at < to; next = this.#asides[++this.#aside])
      this.#output.put(next.bytes.done())
    this.#advance(to)
  }

  emitAsides(): void {
    for (; this.#aside < this.#asides.length; this.#aside++)
      this.#output.put(this.#asides[this.#aside]?.bytes.done() ?? empty)
  }

  /** From the meant byte on, which is the first one left. */
  asidesLeft(from: number): Aside[] {
    if (this.#aside === this.#asides.length) return []
    return this.#asides.slice(this.#aside).map(({ at, bytes }) => ({ at: at - from, bytes }))
  }

  #write(to: number): void {
    const from = this.at
    this.#advance(to)
    this.#output.pass(this.#written, from, this.at)
  }

  #advance(to: number): void {
    if (this.#lengths === null) this.at += to - this.#meant
    else for (let i = this.#meant; i < to; i++) this.at += this.#lengths[i] ?? 0
    this.#meant = to
  }
}
