// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS as a client (RFC 5802, RFC 7677; channel binding tls-server-end-point, RFC 5929).
// It knows the messages and the order; the password and its keys stay behind the credential handle.

import { randomBytes, timingSafeEqual } from 'node:crypto'
import { Fault } from '../../kernel/fault.ts'
import type { CredentialHandle } from '../../kernel/target.ts'

const plain = 'SCRAM-SHA-256'
const bound = 'SCRAM-SHA-256-PLUS'
const nonceBytes = 24
const maxMessageBytes = 4096

export class ScramExchange {
  readonly mechanism: string
  readonly #header: string
  readonly #binding: Uint8Array
  readonly #nonce = randomBytes(nonceBytes).toString('base64')
  #expected: Uint8Array | null = null
  #isProven = false

  /**
   * @param binding end-point data of the certificate; null without TLS or when it has none
   * @throws Fault `upstream.auth` when the target offers neither mechanism
   */
  constructor(offered: readonly string[], binding: Uint8Array | null) {
    const isBound = binding !== null && offered.includes(bound)
    if (!isBound && !offered.includes(plain)) {
      throw new Fault('upstream.auth', { why: 'no SASL mechanism in common', offered: offered.slice(0, 5).join(' ') })
    }
    this.mechanism = isBound ? bound : plain
    // 'y' says "I could have, you did not offer": a target whose offer was cut on the way refuses it (RFC 5802 §6).
    this.#header = isBound ? 'p=tls-server-end-point,,' : binding === null ? 'n,,' : 'y,,'
    this.#binding = isBound ? binding : new Uint8Array(0)
  }

  /** The target proved that it knows the password, too. */
  get isProven(): boolean {
    return this.#isProven
  }

  /** The user name is empty: the target takes the one of the start-up packet. */
  first(): string {
    return `${this.#header}n=,r=${this.#nonce}`
  }

  /** @throws Fault `upstream.auth` */
  async final(serverFirst: Uint8Array, credential: CredentialHandle): Promise<string> {
    const text = toText(serverFirst)
    const found = /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/]+={0,2}),i=([0-9]{1,8})(?:,|$)/.exec(text)
    const [, nonce = '', salt = '', iterations = ''] = found ?? []
    if (found === null || !nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length) {
      throw new Fault('upstream.auth', { why: "the target's first SCRAM message is not valid" })
    }
    const binding = Buffer.concat([Buffer.from(this.#header), this.#binding]).toString('base64')
    const withoutProof = `c=${binding},r=${nonce}`
    const authMessage = Buffer.from(`n=,r=${this.#nonce},${text},${withoutProof}`)
    const proof = await credential.scramSha256(Buffer.from(salt, 'base64'), Number(iterations), authMessage)
    this.#expected = proof.serverSignature
    return `${withoutProof},p=${Buffer.from(proof.clientProof).toString('base64')}`
  }

  /** @throws Fault `upstream.auth` when the target does not know the password itself */
  verify(serverFinal: Uint8Array): void {
    const signature = Buffer.from(/^v=([A-Za-z0-9+/]+={0,2})(?:,|$)/.exec(toText(serverFinal))?.[1] ?? '', 'base64')
    const expected = this.#expected
    if (expected === null || signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new Fault('upstream.auth', { why: 'the target did not prove that it knows the password' })
    }
    this.#isProven = true
  }
}

function toText(bytes: Uint8Array): string {
  if (bytes.length > maxMessageBytes)
    throw new Fault('upstream.auth', { why: 'a SCRAM message is too long', bytes: bytes.length })
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
