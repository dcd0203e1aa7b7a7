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
/** Shorter stretches are looked at with what stands behind them in the same piece. */
const longBytes = 128
/** Fewer are copied sooner one by one than by a call. */
const callBytes = 16

/** How a replacement is written; null where nothing is escaped. */
export type Encode = ((bytes: Uint8Array) => Uint8Array) | null

interface Aside {
  /** It stands before this byte of what is meant, of what is held or gathered. */
  readonly at: number
  /** A copy; a builder of one when there are several in a row. */
  bytes: Uint8Array | ByteBuilder
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
  /** As it was written, what was gathered since the last look: a stretch of the caller's bytes as long as it is one, then a copy. */
  #source: Uint8Array | null = null
  #sourceFrom = 0
  #sourceTo = 0
  readonly #written = new Scratch()
  /** What it means, and how many written bytes each meant one has. */
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

  /** `bytes[from..to)` that mean themselves. The bytes stay as they are until the next `flush` or `end`. */
  plain(bytes: Uint8Array, from: number, to: number): void {
    if (from === to) return
    this.#hasBegun = true
    if (!this.holds && (to - from >= longBytes || to === bytes.length)) {
      this.#direct(bytes, from, to, false)
      return
    }
    for (let at = from; at < to; at += batchBytes) this.#gatherSame(bytes, at, Math.min(to, at + batchBytes))
  }

  /** The same, and the value ends there. */
  last(bytes: Uint8Array, from: number, to: number): void {
    if (this.holds || from === to) {
      this.plain(bytes, from, to)
      this.end()
      return
    }
    this.#direct(bytes, from, to, true)
    this.#hasBegun = false
  }

  /** `bytes[from..to)`, which stand for one byte. */
  sign(bytes: Uint8Array, from: number, to: number, meant: number): void {
    this.#hasBegun = true
    this.#isMapped = true
    this.#write(bytes, from, to)
    this.#meant.put(meant)
    this.#lengths.put(to - from)
    if (this.#meant.length >= batchBytes) this.#look(false)
  }

  /** `written` stands for `meant`, which is at least one byte. */
  escape(written: Uint8Array, meant: Uint8Array): void {
    this.sign(written, 0, written.length, meant[0] ?? 0)
    for (let i = 1; i < meant.length; i++) this.sign(written, 0, 0, meant[i] ?? 0)
  }

  /** Bytes that are no text. */
  aside(bytes: Uint8Array): void {
    const at = this.#finder.undecided + this.#meant.length
    const last = this.#asides.at(-1)
    if (last?.at === at) last.bytes = toBuilder(last.bytes).bytes(bytes)
    else this.#asides.push({ at, bytes: copied(bytes, 0, bytes.length) })
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

  /** Without a copy: nothing waits before it. */
  #direct(bytes: Uint8Array, from: number, to: number, final: boolean): void {
    const finder = this.#finder
    finder.feed(bytes, from, to, final)
    let at = from
    for (const [i, span] of finder.spans.entries()) {
      this.#output.pass(bytes, at, span.start)
      this.#replace(i)
      at = span.end
    }
    this.#output.pass(bytes, at, finder.safe)
    if (finder.safe < to) this.#held = copied(bytes, finder.safe, to)
  }

  #gatherSame(bytes: Uint8Array, from: number, to: number): void {
    this.#write(bytes, from, to)
    if (to - from < callBytes)
      for (let i = from; i < to; i++) {
        this.#meant.put(bytes[i] ?? 0)
        this.#lengths.put(1)
      }
    else {
      this.#meant.add(bytes.subarray(from, to))
      this.#lengths.fill(1, to - from)
    }
    if (this.#meant.length >= batchBytes) this.#look(false)
  }

  #write(bytes: Uint8Array, from: number, to: number): void {
    if (from === to) return
    if (bytes === this.#source && from === this.#sourceTo) {
      this.#sourceTo = to
      return
    }
    if (this.#source === null && this.#written.length === 0) {
      this.#source = bytes
      this.#sourceFrom = from
      this.#sourceTo = to
      return
    }
    if (this.#source !== null) this.#written.add(this.#source.subarray(this.#sourceFrom, this.#sourceTo))
    this.#source = null
    this.#written.add(bytes.subarray(from, to))
  }

  #look(final: boolean): void {
    const finder = this.#finder
    const lengths = this.#allLengths(finder.undecided)
    const written = this.#takeWritten()
    finder.feed(this.#meant.bytes, 0, this.#meant.length, final)
    const walk = new Walk(written, lengths, this.#asides, this.#output)
    for (const [i, span] of finder.spans.entries()) {
      walk.emit(span.start - finder.from)
      this.#replace(i)
      walk.passOver(span.end - finder.from)
    }
    const decided = finder.safe - finder.from
    walk.emit(decided)
    if (final) walk.emitAsides()
    const isAll = finder.undecided === 0
    this.#held = isAll ? empty : copied(written.bytes, walk.at, written.to)
    this.#heldLengths = lengths === null || isAll ? null : lengths.slice(decided)
    this.#asides = walk.asidesLeft(decided)
    this.#meant.clear()
    this.#lengths.clear()
    this.#isMapped = false
  }

  /** All that was written and is not out yet. What is put out of it stays readable when more is gathered. */
  #takeWritten(): Written {
    const source = this.#source
    this.#source = null
    if (source !== null && this.#held.length === 0) return { bytes: source, from: this.#sourceFrom, to: this.#sourceTo }
    const own = this.#written.bytes.subarray(0, this.#written.length)
    const added = source === null ? own : source.subarray(this.#sourceFrom, this.#sourceTo)
    const bytes = joined([this.#held, added], this.#held.length + added.length)
    this.#written.clear()
    return { bytes, from: 0, to: bytes.length }
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

interface Written {
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
}

function toBuilder(bytes: Aside['bytes']): ByteBuilder {
  return bytes instanceof ByteBuilder ? bytes : new ByteBuilder(4 * bytes.length).bytes(bytes)
}

function toBytes(bytes: Aside['bytes']): Uint8Array {
  return bytes instanceof ByteBuilder ? bytes.done() : bytes
}

/** Through what was written, in step with what is meant. */
class Walk {
  at: number
  readonly #written: Uint8Array
  readonly #lengths: Uint8Array | null
  readonly #asides: readonly Aside[]
  readonly #output: Output
  #meant = 0
  #aside = 0

  constructor(written: Written, lengths: Uint8Array | null, asides: readonly Aside[], output: Output) {
    this.at = written.from
    this.#written = written.bytes
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
      this.#output.put(toBytes(next.bytes))
    }
    this.#write(to)
  }

  /** Leaves out what was written, but no aside. */
  passOver(to: number): void {
    for (let next = this.#asides[this.#aside]; next !== undefined && next.at < to; next = this.#asides[++this.#aside])
      this.#output.put(toBytes(next.bytes))
    this.#advance(to)
  }

  emitAsides(): void {
    for (; this.#aside < this.#asides.length; this.#aside++)
      this.#output.put(toBytes(this.#asides[this.#aside]?.bytes ?? empty))
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
