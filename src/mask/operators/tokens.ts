// Pseudonyms: the same value becomes the same token everywhere in this installation, and nobody without the key can tell
// which value, or make the table of all of them. HMAC-SHA256 (RFC 2104) over the class and the canonical value, so that
// equal text of two classes is not joined, by a key of the epoch, so that nothing is with what another epoch made. What
// remains visible is equality and frequency, and that is the purpose.

import { hash, hkdfSync } from 'node:crypto'
import { Fault } from '../../kernel/fault.ts'
import type { DataClass } from '../../kernel/finding.ts'
import { Secret } from '../../kernel/secret.ts'
import { KeyedHash } from './keyed-hash.ts'

/** Whose key is the installation's own. */
export const firstEpoch = '1'
/** Of what stands in the configuration and is not to be written anew with every epoch. */
const lasting = 'ignore'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** Random-looking bytes of one value, given out as the shapes need them. 32 bytes, more than any shape takes. */
export class TokenBytes {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(): number {
    return this.#bytes[this.#at++ % this.#bytes.length] ?? 0
  }

  base32(count: number): string {
    let text = ''
    for (let i = 0; i < count; i++) text += alphabet.charAt(this.byte() & 31)
    return text
  }

  /** Digits, of which 0–5 are a little likelier; nothing depends on it. */
  digits(count: number): string {
    let text = ''
    for (let i = 0; i < count; i++) text += String(this.byte() % 10)
    return text
  }

  hex(count: number): string {
    let text = ''
    for (let i = 0; i < count; i++) text += (this.byte() & 15).toString(16)
    return text
  }
}

export class TokenMint {
  /** Of what lasts, and of what is the epoch's. */
  readonly #lasting: KeyedHash
  readonly #hash: KeyedHash
  /** Of the epoch. */
  readonly #tokenKey: Secret<Uint8Array>

  /**
   * @param key at least 16 bytes; one per installation, and a new one makes all tokens new
   * @param epoch a new one makes all tokens new as well, and the key stays
   * @throws Fault `config.invalid` for a shorter key
   */
  constructor(key: Secret<Uint8Array>, epoch: string) {
    const bytes = key.reveal()
    if (bytes.length < 16)
      throw new Fault('config.invalid', { what: 'masking key', bytes: bytes.length, problem: 'too short' })
    this.#tokenKey = epoch === firstEpoch ? key : new Secret(expanded(bytes, `epoch\0${epoch}`))
    this.#lasting = hashOf(bytes)
    this.#hash = epoch === firstEpoch ? this.#lasting : hashOf(this.#tokenKey.reveal())
  }

  /** @param purpose `token`, `hash`, `prompt` or `ignore`: none can be told from another */
  mint(purpose: string, dataClass: DataClass, canonical: string | Uint8Array): TokenBytes {
    const keyed = purpose === lasting ? this.#lasting : this.#hash
    const before = `${purpose}\0${dataClass}\0`
    const message =
      typeof canonical === 'string' ? Buffer.from(before + canonical) : Buffer.concat([Buffer.from(before), canonical])
    return new TokenBytes(keyed.digest(message))
  }

  /** 32 bytes for the cipher of one class, of this epoch. */
  cipherKey(dataClass: DataClass): Uint8Array {
    return expanded(this.#tokenKey.reveal(), `fpe\0${dataClass}`)
  }
}

/** A longer key is what HMAC makes of it, its hash (RFC 2104 §2). */
function hashOf(key: Uint8Array): KeyedHash {
  return new KeyedHash(key.length <= 64 ? key : hash('sha256', key, 'buffer'))
}

/** HKDF-SHA256 (RFC 5869). */
function expanded(key: Uint8Array, what: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, '', what, 32))
}
