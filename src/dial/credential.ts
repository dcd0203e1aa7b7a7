// Proofs for handshakes that a protocol speaks itself. SCRAM follows RFC 5802 and RFC 7677 (SHA-256); the salted password
// costs half a millisecond of PBKDF2, so its two derived keys are kept per (credential, salt, iterations).

import { createHash, createHmac, pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { saslprep } from '@mongodb-js/saslprep'
import { Fault } from '../kernel/fault.ts'
import type { Secret } from '../kernel/secret.ts'
import type { CredentialHandle } from '../kernel/target.ts'

const derive = promisify(pbkdf2)

/** A hostile target names the iteration count; PostgreSQL's default is 4,096. */
const maxIterations = 1_000_000
const maxKeptKeys = 8

interface ScramKeys {
  readonly clientKey: Buffer
  readonly serverKey: Buffer
}

export class PasswordCredential implements CredentialHandle {
  readonly user: string
  readonly #password: Secret
  readonly #cleartextAllowed: () => boolean
  readonly #keys = new Map<string, ScramKeys>()

  constructor(user: string, password: Secret, cleartextAllowed: () => boolean) {
    this.user = user
    this.#password = password
    this.#cleartextAllowed = cleartextAllowed
  }

  async scramSha256(
    salt: Uint8Array,
    iterations: number,
    authMessage: Uint8Array,
  ): Promise<{ clientProof: Uint8Array; serverSignature: Uint8Array }> {
    if (!Number.isInteger(iterations) || iterations < 1 || iterations > maxIterations || salt.length === 0) {
      throw new Fault('upstream.auth', { why: 'SCRAM parameters out of bounds', iterations, saltBytes: salt.length })
    }
    const keys = await this.#scramKeys(salt, iterations)
    const storedKey = createHash('sha256').update(keys.clientKey).digest()
    const clientProof = createHmac('sha256', storedKey).update(authMessage).digest()
    for (let i = 0; i < clientProof.length; i++) clientProof[i] = (clientProof[i] ?? 0) ^ (keys.clientKey[i] ?? 0)
    return { clientProof, serverSignature: createHmac('sha256', keys.serverKey).update(authMessage).digest() }
  }

  md5Password(salt: Uint8Array): string {
    const inner = createHash('md5').update(this.#password.reveal(), 'utf8').update(this.user, 'utf8').digest('hex')
    return `md5${createHash('md5').update(inner, 'latin1').update(salt).digest('hex')}`
  }

  cleartextPassword(): Uint8Array {
    if (!this.#cleartextAllowed()) {
      throw new Fault('upstream.auth', {
        why: 'the target asks for the password in clear and the connection is not protected by TLS',
      })
    }
    return Buffer.from(this.#password.reveal(), 'utf8')
  }

  async #scramKeys(salt: Uint8Array, iterations: number): Promise<ScramKeys> {
    const name = `${iterations}:${Buffer.from(salt).toString('base64')}`
    const kept = this.#keys.get(name)
    if (kept !== undefined) return kept
    const salted = await derive(prepared(this.#password.reveal()), salt, iterations, 32, 'sha256')
    const keys = {
      clientKey: createHmac('sha256', salted).update('Client Key').digest(),
      serverKey: createHmac('sha256', salted).update('Server Key').digest(),
    }
    if (this.#keys.size >= maxKeptKeys) this.#keys.clear()
    this.#keys.set(name, keys)
    return keys
  }
}

/** RFC 4013; a password it prohibits is used as it is, as PostgreSQL does. */
function prepared(password: string): string {
  try {
    return saslprep(password)
  } catch {
    return password
  }
}
