// Pseudonyms: the same value becomes the same token everywhere in this installation, and nobody without the key can tell
// which value, or make the table of all of them. HMAC-SHA256 (RFC 2104) over the class and the canonical value, so that
// equal text of two classes is not joined, by a key of the epoch, so that nothing is with what another epoch made. What
// remains visible is equality and frequency, and that is the purpose.

import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { hmac, type _HMAC } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { Fault } from '../../kernel/fault.ts'
import type { DataClass } from '../../kernel/finding.ts'
import type { Secret } from '../../kernel/secret.ts'

/** Whose key is the installation's own. */
export const firstEpoch = '1'
/** Of what stands in the configuration and is not to be written anew with every epoch. */
const lasting = 'ignore'

interface Alphabet {
  /** By byte: which letter it gives. */
  readonly letterOf: Uint8Array
  /** Two letters at a time: half as many strings are made. By the first and the second. */
  readonly pairs: readonly (readonly string[])[]
}

function toAlphabet(text: string): Alphabet {
  const letters = Array.from(text)
  return {
    letterOf: Uint8Array.from({ length: 256 }, (_, byte) => byte % letters.length),
    pairs: letters.map((first) => letters.map((second) => first + second)),
  }
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567'
const small = toAlphabet(base32)
const capitals = toAlphabet(base32.toUpperCase())
const hexadecimal = toAlphabet('0123456789abcdef')
const decimal = toAlphabet('0123456789')

/** Of a canonical value that is looked at where it lies; longer ones are rare. */
const scratchBytes = 512
const macBytes = 32
/** What is given out is cut from so much: the library asks for the memory of what it writes to, and a small array has none of its own before somebody asks. */
const poolBytes = 256 * macBytes
const utf8 = new TextEncoder()

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
    return this.#text(small, count)
  }

  base32Capitals(count: number): string {
    return this.#text(capitals, count)
  }

  /** Digits, of which 0–5 are a little likelier; nothing depends on it. */
  digits(count: number): string {
    return this.#text(decimal, count)
  }

  hex(count: number): string {
    return this.#text(hexadecimal, count)
  }

  /** A byte a letter. */
  #text({ letterOf, pairs }: Alphabet, count: number): string {
    const next = (): number => letterOf[this.byte()] ?? 0
    let text = ''
    for (let i = 1; i < count; i += 2) text += pairs[next()]?.[next()] ?? ''
    return count % 2 === 0 ? text : text + (pairs[next()]?.[0] ?? '').charAt(0)
  }
}

/** An HMAC with what it was given so far. */
type MacState = _HMAC<ReturnType<typeof sha256.create>>

/** HMAC-SHA256 by one key. A new object of OpenSSL's for every value takes twice as long as all of this does. */
class Mac {
  readonly #start: MacState
  /** The state behind `purpose\0class\0`: a few hundred at most, as there are classes. */
  readonly #prefixes = new Map<string, MacState>()
  readonly #working: MacState
  readonly #scratch = new Uint8Array(scratchBytes)
  #pool = new Uint8Array(poolBytes)
  #taken = 0

  constructor(key: KeyObject) {
    this.#start = hmac.create(sha256, new Uint8Array(key.export()))
    this.#working = this.#start.clone()
  }

  /** @returns 32 bytes */
  of(prefix: string, value: string | Uint8Array): Uint8Array {
    let state = this.#prefixes.get(prefix)
    if (state === undefined) {
      state = this.#start.clone().update(utf8.encode(prefix))
      this.#prefixes.set(prefix, state)
    }
    const mac = state._cloneInto(this.#working)
    if (this.#taken === poolBytes) {
      this.#pool = new Uint8Array(poolBytes)
      this.#taken = 0
    }
    const bytes = this.#pool.subarray(this.#taken, (this.#taken += macBytes))
    mac.update(typeof value === 'string' ? this.#encoded(value) : value).digestInto(bytes)
    return bytes
  }

  #encoded(value: string): Uint8Array {
    if (value.length * 3 > scratchBytes) return utf8.encode(value)
    return this.#scratch.subarray(0, utf8.encodeInto(value, this.#scratch).written)
  }
}

export class TokenMint {
  readonly #lasting: Mac
  /** Of the epoch. */
  readonly #ofEpoch: Mac
  readonly #tokenKey: KeyObject

  /**
   * @param key at least 16 bytes; one per installation, and a new one makes all tokens new
   * @param epoch a new one makes all tokens new as well, and the key stays
   * @throws Fault `config.invalid` for a shorter key
   */
  constructor(key: Secret<Uint8Array>, epoch: string) {
    const own = createSecretKey(key.reveal())
    const bytes = own.symmetricKeySize ?? 0
    if (bytes < 16) throw new Fault('config.invalid', { what: 'masking key', bytes, problem: 'too short' })
    this.#tokenKey = epoch === firstEpoch ? own : createSecretKey(expanded(own, `epoch\0${epoch}`))
    this.#ofEpoch = new Mac(this.#tokenKey)
    this.#lasting = this.#tokenKey === own ? this.#ofEpoch : new Mac(own)
  }

  /** @param purpose `token`, `hash`, `prompt` or `ignore`: none can be told from another */
  mint(purpose: string, dataClass: DataClass, canonical: string | Uint8Array): TokenBytes {
    const mac = purpose === lasting ? this.#lasting : this.#ofEpoch
    return new TokenBytes(mac.of(`${purpose}\0${dataClass}\0`, canonical))
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
