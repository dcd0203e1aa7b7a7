// The key of one session's payloads: made here, wrapped by the KEK, kept in a store that can forget it. Forgetting it
// erases the payloads and their salts, and leaves the log whole.

import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { Fault } from '../kernel/fault.ts'

const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

export interface PayloadKey {
  readonly key: KeyObject
  readonly wrapped: Uint8Array
}

export function newPayloadKey(kek: KeyObject, session: string): PayloadKey {
  const raw = randomBytes(keyBytes)
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', kek, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(`sallyport/dek/v1\n${session}`))
  const wrapped = Buffer.concat([nonce, cipher.update(raw), cipher.final(), cipher.getAuthTag()])
  const key = createSecretKey(raw)
  raw.fill(0)
  return { key, wrapped }
}

/** @throws Fault `record.corrupt` when it was not wrapped by this KEK for this session */
export function unwrapPayloadKey(kek: KeyObject, session: string, wrapped: Uint8Array): KeyObject {
  if (wrapped.length !== nonceBytes + keyBytes + tagBytes)
    throw new Fault('record.corrupt', { what: 'payload key', session, why: 'length' })
  const decipher = createDecipheriv('aes-256-gcm', kek, wrapped.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(`sallyport/dek/v1\n${session}`))
  decipher.setAuthTag(wrapped.subarray(-tagBytes))
  try {
    const raw = Buffer.concat([decipher.update(wrapped.subarray(nonceBytes, -tagBytes)), decipher.final()])
    const key = createSecretKey(raw)
    raw.fill(0)
    return key
  } catch (error) {
    throw new Fault('record.corrupt', { what: 'payload key', session, why: 'not wrapped for this session' }, error)
  }
}

/**
 * Salts of a session in the order of its payload records: AES-CTR over zeros, under a key derived from the session's own.
 * Not random on purpose: a round that is repeated after a crash must commit to the same bytes, and an erased session
 * key takes the salts with it.
 */
export class SaltStream {
  readonly #key: KeyObject
  #next: number
  #block: Uint8Array = new Uint8Array(0)
  #blockStart = 0

  constructor(payloadKey: KeyObject, next: number) {
    this.#key = createSecretKey(createHmac('sha256', payloadKey).update('sallyport/salt/v1').digest())
    this.#next = next
    this.#blockStart = next
  }

  /** Number of salts taken so far. */
  get next(): number {
    return this.#next
  }

  /** 32 bytes; a view that stays valid. */
  take(): Uint8Array {
    let at = (this.#next - this.#blockStart) * saltBytes
    if (at >= this.#block.length) {
      this.#blockStart = this.#next
      at = 0
      const counter = Buffer.alloc(16)
      counter.writeBigUInt64BE(BigInt(this.#next) * 2n, 8)
      this.#block = createCipheriv('aes-256-ctr', this.#key, counter).update(
        this.#block.length === 0 ? zeros.subarray(0, firstBlockBytes) : zeros,
      )
    }
    this.#next++
    return this.#block.subarray(at, at + saltBytes)
  }
}

export const saltBytes = 32
/** Sixteen salts at first: one a call costs too much, more is wasted on a session of one statement. */
const firstBlockBytes = 16 * saltBytes
const zeros = new Uint8Array(128 * saltBytes)
