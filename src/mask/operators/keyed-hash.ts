// HMAC-SHA256 (RFC 2104) of short texts. An object of node:crypto for each would take most of the time that a new value costs, so
// the two hashes that it is made of are asked for one by one, over a block of the key that is laid out once.

import { Buffer } from 'node:buffer'
import { createHmac, hash, type KeyObject } from 'node:crypto'

const blockBytes = 64
const hashBytes = 32
/** More are left to node:crypto. */
const shortBytes = 512

export class KeyedHash {
  readonly #key: KeyObject
  /** The key of the inner hash with room for a text, and of the outer hash with room for the inner one. */
  readonly #inner: Buffer
  readonly #outer: Buffer

  constructor(key: KeyObject) {
    this.#key = key
    this.#inner = padded(key, 0x36, shortBytes)
    this.#outer = padded(key, 0x5c, hashBytes)
  }

  /** @returns 32 bytes as Latin-1 */
  of(prefix: string, text: string | Uint8Array): string {
    // Three bytes of UTF-8 are the most that one unit of text becomes.
    if (prefix.length + text.length * 3 > shortBytes)
      return createHmac('sha256', this.#key).update(prefix).update(text).digest('binary')
    const inner = this.#inner
    let end = blockBytes + inner.write(prefix, blockBytes, 'latin1')
    if (typeof text === 'string') end += inner.write(text, end, 'utf8')
    else {
      inner.set(text, end)
      end += text.length
    }
    this.#outer.write(hash('sha256', inner.subarray(0, end), 'binary'), blockBytes, 'latin1')
    return hash('sha256', this.#outer, 'binary')
  }
}

function padded(key: KeyObject, pad: number, room: number): Buffer {
  const own = key.export()
  const block = Buffer.alloc(blockBytes + room)
  block.set(own.length > blockBytes ? hash('sha256', own, 'buffer') : own)
  for (let i = 0; i < blockBytes; i++) block[i] = (block[i] ?? 0) ^ pad
  return block
}
