// Statements about a finished session: an in-toto Statement in a DSSE envelope (protocol.md of secure-systems-lab/dsse), and
// the entry that commits to it: a Rekor `dsse` 0.0.1 body, so that stock Sigstore verifiers read our log. Says what was
// measured and never more.

import { hash, sign, verify, type KeyObject } from 'node:crypto'
import { toJcs, type JsonValue } from './jcs.ts'
import { parseBase64, toBase64 } from './hash.ts'

const payloadType = 'application/vnd.in-toto+json'

export interface SignedStatement {
  /** The envelope as it is stored, canonical JSON. */
  readonly envelope: Uint8Array
  /** SHA-256 of the statement's bytes, hexadecimal. */
  readonly payloadHash: string
  /** What is appended to the log. */
  readonly entry: Uint8Array
}

export interface Subject {
  readonly name: string
  readonly sha256: string
}

/** @param verifier PEM of the public key */
export function signStatement(
  { subject, predicateType, predicate }: { subject: Subject; predicateType: string; predicate: JsonValue },
  key: KeyObject,
  verifier: string,
): SignedStatement {
  const statement = toJcs({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: subject.name, digest: { sha256: subject.sha256 } }],
    predicateType,
    predicate,
  })
  const payload = Buffer.from(statement)
  const signature = toBase64(sign(null, toPae(payloadType, payload), key))
  const envelope = Buffer.from(
    toJcs({ payload: toBase64(payload), payloadType, signatures: [{ keyid: '', sig: signature }] }),
  )
  const payloadHash = hash('sha256', payload)
  return { envelope, payloadHash, entry: toEntry(envelope, { payloadHash, signature, verifier }) }
}

function toEntry(
  envelope: Uint8Array,
  { payloadHash, signature, verifier }: { payloadHash: string; signature: string; verifier: string },
): Uint8Array {
  const entry = toJcs({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: { algorithm: 'sha256', value: hash('sha256', envelope) },
      payloadHash: { algorithm: 'sha256', value: payloadHash },
      signatures: [{ signature, verifier: toBase64(Buffer.from(verifier)) }],
    },
  })
  return Buffer.from(entry)
}

/** The one entry that commits to this envelope as signed by this key; null when it is no envelope. */
export function toEnvelopeEntry(envelope: Uint8Array, key: KeyObject): Uint8Array | null {
  const parsed = parseEnvelope(envelope)
  const [signature] = parsed?.signatures ?? []
  if (parsed === null || signature === undefined) return null
  const verifier = key.export({ type: 'spki', format: 'pem' })
  return toEntry(envelope, { payloadHash: hash('sha256', parsed.payload), signature: toBase64(signature), verifier })
}

/** DSSE pre-authentication encoding. */
export function toPae(type: string, body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body])
}

/**
 * The bytes of a statement whose envelope this key signed. They are verified as they are and only then parsed.
 * @returns null when the envelope is malformed or its signature is not this key's
 */
export function verifyEnvelope(envelope: Uint8Array, key: KeyObject): Uint8Array | null {
  const parsed = parseEnvelope(envelope)
  if (parsed === null) return null
  const isSigned = parsed.signatures.some((signature) =>
    verify(null, toPae(payloadType, parsed.payload), key, signature),
  )
  return isSigned ? parsed.payload : null
}

function parseEnvelope(envelope: Uint8Array): { payload: Uint8Array; signatures: Uint8Array[] } | null {
  try {
    const value = JSON.parse(Buffer.from(envelope).toString()) as {
      readonly payload: string
      readonly payloadType: string
      readonly signatures: readonly { readonly sig: string }[]
    }
    const payload = parseBase64(value.payload)
    const signatures = value.signatures.map(({ sig }) => parseBase64(sig)).filter((sig) => sig?.length === 64)
    const isOurs = value.payloadType === payloadType && signatures.length === 1
    return payload !== null && isOurs ? { payload, signatures: signatures.filter((sig) => sig !== null) } : null
  } catch (error) {
    // Not JSON, or not of this shape: no envelope. Anything else is ours to know.
    if (error instanceof SyntaxError || error instanceof TypeError) return null
    throw error
  }
}
