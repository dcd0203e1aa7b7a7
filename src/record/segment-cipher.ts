// Encryption of one segment. Its key is derived from the journal's key and the whole segment header, which holds 32
// random bytes: a segment is written by one process in one go and never appended to again, so a batch counter is a
// nonce that cannot repeat, over restarts and failures too (NIST SP 800-38D §8.2.1). HKDF is RFC 5869.

import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { Fault } from '../kernel/fault.ts'
import type { Secret } from '../kernel/secret.ts'

export const tagBytes = 16
export const macBytes = 32
const keyBytes = 32
const algorithm = 'aes-256-gcm'
const options = { authTagLength: tagBytes }

export interface SealedBatch {
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}

export class SegmentCipher {
  readonly #key: KeyObject
  readonly #nonce = Buffer.alloc(12)

  /** `header` is everything that identifies the segment: another header is another key. */
  constructor(key: Secret<Uint8Array>, header: Uint8Array) {
    this.#key = createSecretKey(derive(key, header, 'sallyport journal batches 1'))
  }

  /** Never twice with one counter: the caller drops the segment when a batch could not be written. */
  seal(counter: number, associated: Uint8Array, plain: Uint8Array): SealedBatch {
    const cipher = createCipheriv(algorithm, this.#key, this.#nonceOf(counter), options)
    cipher.setAAD(associated)
    const ciphertext = cipher.update(plain)
    cipher.final()
    return { ciphertext, tag: cipher.getAuthTag() }
  }

  /** @returns null when the batch is not what was sealed. */
  open(counter: number, associated: Uint8Array, sealed: SealedBatch): Uint8Array | null {
    const decipher = createDecipheriv(algorithm, this.#key, this.#nonceOf(counter), options)
    decipher.setAAD(associated)
    decipher.setAuthTag(sealed.tag)
    const plain = decipher.update(sealed.ciphertext)
    try {
      decipher.final()
    } catch {
      return null
    }
    return plain
  }

  #nonceOf(counter: number): Uint8Array {
    this.#nonce.writeUInt32LE(counter, 0)
    return this.#nonce
  }
}

/** Tells a wrong key or a changed header from a torn first batch. */
export function headerMac(key: Secret<Uint8Array>, header: Uint8Array): Uint8Array {
  return derive(key, header, 'sallyport journal header 1')
}

export function isHeaderMac(key: Secret<Uint8Array>, header: Uint8Array, mac: Uint8Array): boolean {
  return mac.length === macBytes && timingSafeEqual(headerMac(key, header), mac)
}

function derive(key: Secret<Uint8Array>, salt: Uint8Array, info: string): Uint8Array {
  const secret = key.reveal()
  if (secret.length !== keyBytes) throw new Fault('config.invalid', { reason: 'journal-key', bytes: secret.length })
  return new Uint8Array(hkdfSync('sha256', secret, salt, info, keyBytes))
}
