// A chain of leaves: those of one session, or the gateway's own. Every leaf says its number and the hash of the one before,
// and the chain's own Merkle root is what a seal signs. Writes EVIDENCE leaves as canonical JSON (RFC 8785) by template:
// member names stand in their sorted order.

import { hash } from 'node:crypto'
import { quote, quoteOrNull, wholeOrNull } from './tlog/jcs.ts'
import { CompactRange, parseCompactRange } from './tlog/compact-range.ts'
import { toHex } from './tlog/hash.ts'

/** Where entries go; answers with the index that the entry will have in the log. */
export interface EntrySink {
  append(entry: Uint8Array, leafHash: Uint8Array): number
}

/** What every leaf of a chain says alike. */
export interface ChainNames {
  readonly origin: string
  readonly node: string
  readonly boot: string
  /** null for the gateway's own chain. */
  readonly session: string | null
  /** A pseudonym. */
  readonly actor: string | null
  readonly connection: string | null
}

export interface LeafText {
  readonly t: string
  /** Canonical JSON. */
  readonly body: string
  /** Canonical JSON: commitments to payloads. */
  readonly obj: string
  readonly atMs: number
  readonly upMs: number
}

export interface ChainState {
  readonly seq: number
  readonly prev: string | null
  /** Of the chain's own tree, hexadecimal. */
  readonly frontier: string
  readonly firstLeaf: number
  readonly lastLeaf: number
}

export const maxLeafBytes = 8192

export class Chain {
  readonly #before: string
  readonly #names: string
  readonly #origin: string
  readonly #session: string
  readonly #range: CompactRange
  #seq: number
  #prev: string | null
  #firstLeaf: number
  #lastLeaf: number

  constructor(names: ChainNames, state: ChainState | null) {
    this.#before = `{"actor":${quoteOrNull(names.actor)},"body":`
    this.#names = `,"boot":${quote(names.boot)},"conn":${quoteOrNull(names.connection)},"node":${quote(names.node)},"obj":`
    this.#origin = `,"origin":${quote(names.origin)},"prev":`
    this.#session = `,"sid":${quoteOrNull(names.session)},"t":`
    this.#seq = state?.seq ?? 0
    this.#prev = state?.prev ?? null
    this.#firstLeaf = state?.firstLeaf ?? -1
    this.#lastLeaf = state?.lastLeaf ?? -1
    this.#range = parseCompactRange(this.#seq, Buffer.from(state?.frontier ?? '', 'hex')) ?? new CompactRange()
  }

  /** Number that the next leaf will have. */
  get seq(): number {
    return this.#seq
  }

  get firstLeaf(): number {
    return this.#firstLeaf
  }

  get lastLeaf(): number {
    return this.#lastLeaf
  }

  /** RFC 6962 root over the chain's leaf hashes in order, hexadecimal. */
  root(): string {
    return toHex(this.#range.root())
  }

  state(): ChainState {
    return {
      seq: this.#seq,
      prev: this.#prev,
      frontier: toHex(this.#range.toBytes()),
      firstLeaf: this.#firstLeaf,
      lastLeaf: this.#lastLeaf,
    }
  }

  /** @returns index of the leaf in the log */
  write(leaf: LeafText, sink: EntrySink): number {
    let bytes = this.#encode(leaf)
    if (bytes.length - 1 > maxLeafBytes) bytes = this.#encode({ ...leaf, body: digestOf(leaf.body), obj: '[]' })
    const text = hash('sha256', bytes)
    const leafHash = Buffer.from(text, 'hex')
    const index = sink.append(bytes.subarray(1), leafHash)
    this.#range.append(leafHash)
    this.#prev = text
    this.#seq++
    this.#lastLeaf = index
    if (this.#firstLeaf < 0) this.#firstLeaf = index
    return index
  }

  /** With RFC 6962's leaf prefix before it, so that it is hashed where it lies. */
  #encode({ t, body, obj, atMs, upMs }: LeafText): Buffer {
    const prev = this.#prev === null ? 'null' : `"${this.#prev}"`
    return Buffer.from(
      `\0${this.#before}${body}${this.#names}${obj}${this.#origin}${prev},"seq":${this.#seq}${this.#session}"${t}"` +
        `,"ts":"${toTimestamp(atMs)}","up_ms":${wholeOrNull(upMs)},"v":1}`,
    )
  }
}

/** What a body that does not fit becomes: still committed to, and visibly not there. Lists are bounded before, so this is rare. */
function digestOf(body: string): string {
  return `{"oversize":{"bytes":${Buffer.byteLength(body)},"sha256":"${hash('sha256', body)}"}}`
}

let lastSecond = -1
let lastText = ''

/** RFC 3339 in UTC with milliseconds. Times of a batch share their second, which is what costs. */
export function toTimestamp(atMs: number): string {
  const whole = Number.isFinite(atMs) ? Math.min(Math.max(0, Math.floor(atMs)), maxTimeMs) : 0
  const second = Math.floor(whole / 1000)
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toISOString().slice(0, -4)
    lastSecond = second
  }
  return `${lastText}${String(whole % 1000).padStart(3, '0')}Z`
}

/** 9999-12-31T23:59:59.999Z: later ones have another spelling. */
const maxTimeMs = 253_402_300_799_999
