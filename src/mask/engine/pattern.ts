// Patterns: the regular subset that every detector is written in, over bytes of UTF-8. Literals, `.` (any byte), classes, groups,
// `|`, the quantifiers `? * + {n} {n,} {n,m}`, `\d \w \s \D \W \S \xHH`, and `(?i)` at the beginning. No back-reference, no
// look-around: what cannot be run in linear time cannot be written. No anchor, no lazy quantifier: where a match may begin and
// that the longest one is taken is not the pattern's to say. Bounded, because an operator may write patterns, too; what would
// mean something else than its author reads is refused.

import { Fault } from '../../kernel/fault.ts'

/** Consumes one byte of `set`, or goes on to `next` and `other` for nothing when `set` is null. */
export interface PatternNode {
  readonly set: Uint8Array | null
  /** Index of the node after; -1 is the end of the pattern. */
  next: number
  /** The second way of a fork; -2 when there is none. */
  other: number
}

export interface Pattern {
  readonly nodes: readonly PatternNode[]
  readonly start: number
}

const end = -1
const none = -2
const maxNodes = 4_096
const maxDepth = 32
const maxCount = 512
const maxLength = 4_096

const maxSharedSets = 4_096
const sharedSets = new Map<string, Uint8Array>()
const every = new Uint8Array(256).fill(1)
const utf8 = new TextEncoder()

interface Repeat {
  readonly kind: 'repeat'
  readonly part: Tree
  readonly least: number
  readonly most: number
}

type Tree =
  | Repeat
  | { readonly kind: 'byte'; readonly set: Uint8Array }
  | { readonly kind: 'sequence'; readonly parts: readonly Tree[] }
  | { readonly kind: 'choice'; readonly parts: readonly Tree[] }

/**
 * @param source at most 4,096 characters
 * @throws Fault `config.invalid` with the place, never the pattern's text
 */
export function parsePattern(source: string): Pattern {
  if (source.length > maxLength) throw new Fault('config.invalid', { what: 'pattern', problem: 'too long' })
  const foldsCase = source.startsWith('(?i)')
  const reader = new PatternReader(source, foldsCase ? 4 : 0, foldsCase)
  const tree = reader.readAll()
  const nodes: PatternNode[] = []
  const start = compile(tree, end, nodes)
  return { nodes, start }
}

class PatternReader {
  readonly #source: string
  readonly #foldsCase: boolean
  #at: number
  #depth = 0

  constructor(source: string, at: number, foldsCase: boolean) {
    this.#source = source
    this.#at = at
    this.#foldsCase = foldsCase
  }

  readAll(): Tree {
    const tree = this.#choice()
    if (this.#at < this.#source.length) throw this.#wrong('a closing bracket without its opening one')
    return tree
  }

  #choice(): Tree {
    if (++this.#depth > maxDepth) throw this.#wrong('groups nested too deeply')
    const parts = [this.#sequence()]
    while (this.#take('|')) parts.push(this.#sequence())
    this.#depth--
    return { kind: 'choice', parts }
  }

  #sequence(): Tree {
    const parts: Tree[] = []
    while (this.#at < this.#source.length && !'|)'.includes(this.#peek())) parts.push(this.#repeated())
    return { kind: 'sequence', parts }
  }

  #repeated(): Tree {
    const part = this.#single()
    let repeat: Tree = part
    if (this.#take('?')) repeat = { kind: 'repeat', part, least: 0, most: 1 }
    else if (this.#take('*')) repeat = { kind: 'repeat', part, least: 0, most: Infinity }
    else if (this.#take('+')) repeat = { kind: 'repeat', part, least: 1, most: Infinity }
    else if (this.#peek() === '{') repeat = { kind: 'repeat', part, ...this.#counts() }
    if (repeat !== part && this.#peek() !== '' && '?*+{'.includes(this.#peek()))
      throw this.#wrong('a quantifier after a quantifier; the longest match is taken')
    return repeat
  }

  #counts(): { least: number; most: number } {
    const written = /^\{(\d{1,3})(,(\d{0,3}))?\}/.exec(this.#source.slice(this.#at, this.#at + 12))
    if (written === null) throw this.#wrong('counts that cannot be read')
    this.#at += written[0].length
    const least = Number(written[1])
    const most = written[2] === undefined ? least : written[3] === '' ? Infinity : Number(written[3])
    if (least > maxCount || (most > maxCount && most !== Infinity) || most < least)
      throw this.#wrong('counts out of range')
    return { least, most }
  }

  #single(): Tree {
    if (this.#take('(')) {
      if (this.#take('?') && !this.#take(':') && !this.#takeName())
        throw this.#wrong('a group of a kind that is not supported')
      const inside = this.#choice()
      if (!this.#take(')')) throw this.#wrong('a group that is not closed')
      return inside
    }
    const from = this.#at
    const first = this.#peek()
    if (first === '^' || first === '$') throw this.#wrong('an anchor; a match never begins or ends inside a word')
    if (first !== '' && '?*+'.includes(first)) throw this.#wrong('a quantifier of nothing')
    if (first > '\x7f') return this.#beyondAscii()
    const set = this.#take('[') ? this.#class() : this.#take('.') ? every : this.#one()
    return { kind: 'byte', set: this.#shared(this.#source.slice(from, this.#at), set) }
  }

  /** Of a group. It says nothing, and RE2 takes it. */
  #takeName(): boolean {
    const name = /^P?<[A-Za-z_]\w{0,63}>/.exec(this.#source.slice(this.#at, this.#at + 70))
    this.#at += name?.[0].length ?? 0
    return name !== null
  }

  /** A character's bytes, one after the other. */
  #beyondAscii(): Tree {
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0)
    if (!character.isWellFormed()) throw this.#wrong('half a character')
    this.#at += character.length
    const spellings = this.#foldsCase ? [character.toLowerCase(), character.toUpperCase()] : [character]
    const parts = [...new Set(spellings)].map((spelling): Tree => {
      const bytes = Array.from(utf8.encode(spelling), (byte): Tree => ({ kind: 'byte', set: this.#only(byte) }))
      return { kind: 'sequence', parts: bytes }
    })
    return { kind: 'choice', parts }
  }

  #only(byte: number): Uint8Array {
    const set = new Uint8Array(256)
    set[byte] = 1
    return this.#shared(`\\x${byte.toString(16)}`, set)
  }

  /** Patterns are of the same few sets thousands of times, and what is the same object need not be compared. */
  #shared(written: string, set: Uint8Array): Uint8Array {
    const key = this.#foldsCase ? `i${written}` : written
    const known = sharedSets.get(key)
    if (known !== undefined) return known
    if (sharedSets.size < maxSharedSets) sharedSets.set(key, set)
    return set
  }

  #one(): Uint8Array {
    const set = new Uint8Array(256)
    this.#addOne(set)
    return this.#folded(set)
  }

  #class(): Uint8Array {
    const negated = this.#take('^')
    const set = new Uint8Array(256)
    do {
      if (this.#at >= this.#source.length) throw this.#wrong('a class that is not closed')
      if (this.#peek() === '[' && ':.='.includes(this.#source[this.#at + 1] ?? ' ')) throw this.#wrong('a named class')
      const from = this.#addOne(set)
      if (this.#peek() !== '-' || this.#source[this.#at + 1] === ']') continue
      this.#at++
      const to = this.#addOne(set)
      if (from < 0 || to < from) throw this.#wrong('a range that cannot be read')
      set.fill(1, from, to + 1)
    } while (!this.#take(']'))
    const folded = this.#folded(set)
    return negated ? folded.map((is) => 1 - is) : folded
  }

  /** @returns the byte that was added, or -1 when it was a kind (`\d`) */
  #addOne(set: Uint8Array): number {
    const character = this.#next()
    if (character > '\x7f') throw this.#wrong('a character beyond ASCII in a class; write (?:…|…)')
    if (character !== '\\') return this.#addByte(set, character.charCodeAt(0))
    const escaped = this.#next()
    if (escaped > '\x7f') throw this.#wrong('an escape that is not supported')
    if (escaped === 'x') {
      const hex = this.#source.slice(this.#at, this.#at + 2)
      if (!/^[0-9A-Fa-f]{2}$/.test(hex)) throw this.#wrong('an escape that cannot be read')
      this.#at += 2
      return this.#addByte(set, Number.parseInt(hex, 16))
    }
    const kind = kinds[escaped]
    if (kind !== undefined) {
      for (const byte of kind) set[byte] = 1
      return -1
    }
    if (/[A-Za-z0-9]/.test(escaped)) throw this.#wrong('an escape that is not supported')
    return this.#addByte(set, escaped.charCodeAt(0))
  }

  #addByte(set: Uint8Array, byte: number): number {
    set[byte] = 1
    return byte
  }

  #folded(set: Uint8Array): Uint8Array {
    if (!this.#foldsCase) return set
    for (let upper = 65; upper <= 90; upper++) {
      const either = (set[upper] ?? 0) | (set[upper + 32] ?? 0)
      set[upper] = either
      set[upper + 32] = either
    }
    return set
  }

  #peek(): string {
    return this.#source[this.#at] ?? ''
  }

  #next(): string {
    const character = this.#source[this.#at]
    if (character === undefined) throw this.#wrong('an end that comes too early')
    this.#at++
    return character
  }

  #take(character: string): boolean {
    if (this.#source[this.#at] !== character) return false
    this.#at++
    return true
  }

  #wrong(problem: string): Fault {
    return new Fault('config.invalid', { what: 'pattern', at: this.#at, problem })
  }
}

function codes(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0))
}

const everyByte = Array.from({ length: 256 }, (_, byte) => byte)
const digits = codes('0123456789')
const word = [...digits, ...codes('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_')]
const space = codes(' \t\r\n\f\v')
const kinds: Readonly<Record<string, readonly number[]>> = {
  d: digits,
  w: word,
  s: space,
  D: everyByte.filter((byte) => !digits.includes(byte)),
  W: everyByte.filter((byte) => !word.includes(byte)),
  S: everyByte.filter((byte) => !space.includes(byte)),
  n: [10],
  r: [13],
  t: [9],
}

/** Builds backwards: every node is made when what follows it is known. @returns the first node */
function compile(tree: Tree, after: number, nodes: PatternNode[]): number {
  if (nodes.length > maxNodes) throw new Fault('config.invalid', { what: 'pattern', problem: 'too large' })
  if (tree.kind === 'byte') return nodes.push({ set: tree.set, next: after, other: none }) - 1
  if (tree.kind === 'sequence') return tree.parts.reduceRight((next, part) => compile(part, next, nodes), after)
  if (tree.kind === 'choice') {
    const starts = tree.parts.map((part) => compile(part, after, nodes))
    return starts.reduceRight((other, next) => nodes.push({ set: null, next, other }) - 1)
  }
  return compileRepeat(tree, after, nodes)
}

function compileRepeat(tree: Repeat, after: number, nodes: PatternNode[]): number {
  let start = after
  if (tree.most === Infinity) {
    const fork: PatternNode = { set: null, next: none, other: after }
    start = nodes.push(fork) - 1
    fork.next = compile(tree.part, start, nodes)
  } else {
    for (let i = tree.least; i < tree.most; i++)
      start = nodes.push({ set: null, next: compile(tree.part, start, nodes), other: after }) - 1
  }
  for (let i = 0; i < tree.least; i++) start = compile(tree.part, start, nodes)
  return start
}
