// Pseudonyms: the same value becomes the same token everywhere in this installation, and nobody without the key can tell
// which value, or make the table of all of them. HMAC-SHA256 (RFC 2104) over the class and the canonical value, so that
// equal text of two classes is not joined, by a key of the epoch, so that nothing is with what another epoch made. What
// remains visible is equality and frequency, and that is the purpose.

import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { Fault } from '../../kernel/fault.ts'
import type { DataClass } from '../../kernel/finding.ts'
import type { Secret } from '../../kernel/secret.ts'

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
    return Array.from({ length: count }, () => alphabet.charAt(this.byte() & 31)).join('')
  }

  /** Digits, of which 0–5 are a little likelier; nothing depends on it. */
  digits(count: number): string {
    return Array.from({ length: count }, () => String(this.byte() % 10)).join('')
  }

  hex(count: number): string {
    return Array.from({ length: count }, () => (this.byte() & 15).toString(16)).join('')
  }
}

export class TokenMint {
  readonly #key: KeyObject
  /** Of the epoch. */
  readonly #tokenKey: KeyObject

  /**
   * @param key at least 16 bytes; one per installation, and a new one makes all tokens new
   * @param epoch a new one makes all tokens new as well, and the key stays
   * @throws Fault `config.invalid` for a shorter key
   */
  constructor(key: Secret<Uint8Array>, epoch: string) {
    this.#key = createSecretKey(key.reveal())
    const bytes = this.#key.symmetricKeySize ?? 0
    if (bytes < 16) throw new Fault('config.invalid', { what: 'masking key', bytes, problem: 'too short' })
    this.#tokenKey = epoch === firstEpoch ? this.#key : createSecretKey(expanded(this.#key, `epoch\0${epoch}`))
  }

  /** @param purpose `token`, `hash`, `prompt` or `ignore`: none can be told from another */
  mint(purpose: string, dataClass: DataClass, canonical: string | Uint8Array): TokenBytes {
    const mac = createHmac('sha256', purpose === lasting ? this.#key : this.#tokenKey)
    mac.update(`${purpose}\0${dataClass}\0`).update(canonical)
    return new TokenBytes(mac.digest())
  }

  /** 32 bytes for the cipher of one class, of this epoch. */
  cipherKey(dataClass: DataClass): Uint8Array {
    return expanded(this.#tokenKey, `fpe\0${dataClass}`)
  }
}

/** HKDF-SHA256 (RFC 5869). */
function expanded(key: KeyObject, what: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, '', what, 32))
}
