// An object of payloads: records of one session, compressed, encrypted under the session's key.
//
//   object  "SPP1" nonce(12) AES-256-GCM(zstd(records)) tag(16)      additional data: session and number
//   record  kind(1) 0(3) action(4, big-endian) atMs(8, double) length(4) "gw/pc/v1" 0 salt(32) content(length)
//
// A record holds the preimage of its commitment `pc` in one piece, so it is hashed where it lies and disclosed as it lies.

import { createCipheriv, createDecipheriv, hash, randomBytes, type KeyObject } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { Fault } from '../kernel/fault.ts'
import { saltBytes } from './payload-key.ts'

const magic = Buffer.from('SPP1')
const nonceBytes = 12
const tagBytes = 16
/** What a flush may hold at most, with room for one largest event. */
const maxPlainBytes = 2 ** 30

const tag = Buffer.from('gw/pc/v1\0')
const headBytes = 20
const overhead = headBytes + tag.length + saltBytes

const recordKinds = ['open', 'request', 'response', 'refused', 'held', 'approval'] as const
type RecordKind = (typeof recordKinds)[number]

/** What the default level saves on payloads is a few percent of their size, at twice the time. */
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

export function sealPayloads(key: KeyObject, session: string, n: number, plain: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(aad(session, n))
  return Buffer.concat([
    magic,
    nonce,
    cipher.update(zstdCompressSync(plain, fast)),
    cipher.final(),
    cipher.getAuthTag(),
  ])
}

/** @throws Fault `record.corrupt` */
export function openPayloads(key: KeyObject, session: string, n: number, bytes: Uint8Array): Uint8Array {
  const start = magic.length + nonceBytes
  if (bytes.length < start + tagBytes || magic.compare(bytes, 0, magic.length) !== 0)
    throw new Fault('record.corrupt', { what: 'payload object', session, n, why: 'format' })
  const nonce = bytes.subarray(magic.length, start)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(aad(session, n))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    const packed = Buffer.concat([decipher.update(bytes.subarray(start, -tagBytes)), decipher.final()])
    return zstdDecompressSync(packed, { maxOutputLength: maxPlainBytes })
  } catch (error) {
    throw new Fault('record.corrupt', { what: 'payload object', session, n, why: 'changed' }, error)
  }
}

const aad = (session: string, n: number): Uint8Array => Buffer.from(`sallyport/payload/v1\n${session}\n${n}`)

export interface Record {
  readonly kind: RecordKind
  /** 0 outside an action. */
  readonly action: number
  readonly atMs: number
}

/** Where a record lies, and what commits to it. */
export interface Kept {
  readonly offset: number
  /** Bytes of content. */
  readonly length: number
  /** Hexadecimal. */
  readonly pc: string
}

/** Records on their way into an object. Grows to the largest flush and is used again. */
export class RecordBuffer {
  #bytes = Buffer.alloc(4096)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Copies the content. */
  append({ kind, action, atMs }: Record, salt: Uint8Array, content: readonly Uint8Array[]): Kept {
    let length = 0
    for (const piece of content) length += piece.length
    const offset = this.#length
    this.#reserve(offset + overhead + length)
    const bytes = this.#bytes
    bytes.writeUInt32BE(recordKinds.indexOf(kind) << 24, offset)
    bytes.writeUInt32BE(action >>> 0, offset + 4)
    bytes.writeDoubleBE(atMs, offset + 8)
    bytes.writeUInt32BE(length, offset + 16)
    let at = offset + headBytes
    for (const piece of [tag, salt, ...content]) {
      bytes.set(piece, at)
      at += piece.length
    }
    this.#length = at
    return { offset, length, pc: hash('sha256', bytes.subarray(offset + headBytes, at)) }
  }

  /** A view, valid until the next append. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  clear(): void {
    this.#length = 0
    if (this.#bytes.length > 2 ** 21) this.#bytes = Buffer.alloc(4096)
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return
    const grown = Buffer.alloc(Math.max(length, this.#bytes.length * 2))
    grown.set(this.bytes())
    this.#bytes = grown
  }
}

export interface StoredRecord extends Record {
  readonly offset: number
  readonly pc: string
  readonly content: Uint8Array
}

/** From `offset` to the end. Views of `plain`. @throws Fault `record.corrupt` */
export function* readRecords(plain: Uint8Array, offset: number): Generator<StoredRecord> {
  const bytes = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength)
  for (let at = offset; at < bytes.length;) {
    if (at + overhead > bytes.length) throw new Fault('record.corrupt', { what: 'payload record', at })
    const kind = recordKinds[bytes[at] ?? 255]
    const end = at + overhead + bytes.readUInt32BE(at + 16)
    if (kind === undefined || end > bytes.length) throw new Fault('record.corrupt', { what: 'payload record', at })
    yield {
      kind,
      action: bytes.readUInt32BE(at + 4),
      atMs: bytes.readDoubleBE(at + 8),
      offset: at,
      pc: hash('sha256', bytes.subarray(at + headBytes, end)),
      content: bytes.subarray(at + overhead, end),
    }
    at = end
  }
}
