// The sealer's four keys, each for one purpose: checkpoints, statements, wrapping of payload keys, pseudonyms. They come
// from outside; nothing here stores or prints one.

import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import { Fault } from '../kernel/fault.ts'
import type { Secret } from '../kernel/secret.ts'

export interface SealKeys {
  /** Ed25519, signs checkpoints. Its public half is what an auditor pins. */
  readonly log: KeyObject
  /** Ed25519, signs statements (DSSE). Never the same as `log`. */
  readonly attestation: KeyObject
  /** AES-256, wraps the key of each session's payloads. */
  readonly kek: KeyObject
  /** HMAC-SHA-256: a subject becomes a pseudonym. Without it nobody can guess who is who. */
  readonly pepper: KeyObject
}

/** 32 bytes each. @throws Fault `config.invalid` */
export interface SealSeeds {
  readonly log: Secret<Uint8Array>
  readonly attestation: Secret<Uint8Array>
  readonly kek: Secret<Uint8Array>
  readonly pepper: Secret<Uint8Array>
}

const keyBytes = 32
/** PKCS #8 around an Ed25519 seed (RFC 8410 §7). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')

export function toSealKeys(seeds: SealSeeds): SealKeys {
  const roles = [seeds.log, seeds.attestation, seeds.kek, seeds.pepper].map((seed) => Buffer.from(seed.reveal()))
  const [log, attestation, kek, pepper] = roles
  const isWhole = roles.every((bytes) => bytes.length === keyBytes)
  const isDistinct = new Set(roles.map((bytes) => bytes.toString('hex'))).size === roles.length
  if (!isWhole || !isDistinct || !log || !attestation || !kek || !pepper)
    throw new Fault('config.invalid', { what: 'sealing keys', why: 'four different keys of 32 bytes' })
  const keys: SealKeys = {
    log: toSigningKey(log),
    attestation: toSigningKey(attestation),
    kek: createSecretKey(kek),
    pepper: createSecretKey(pepper),
  }
  for (const bytes of roles) bytes.fill(0)
  return keys
}

function toSigningKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' })
}

/** PEM of the public half, as Sigstore's entries carry it. */
export function toPublicPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' })
}
