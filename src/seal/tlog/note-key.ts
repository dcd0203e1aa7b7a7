// Names, key ids and verifier keys of signed notes (C2SP signed-note). Ed25519 for log keys (0x01) and for witnesses'
// cosignatures (0x04); a key of another algorithm is no key here.

import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { parseBase64, sha256, toBase64, toHex } from './hash.ts'

export type NoteAlgorithm = 'ed25519' | 'cosignature/v1'

const algorithmBytes: Readonly<Record<NoteAlgorithm, number>> = { ed25519: 0x01, 'cosignature/v1': 0x04 }

export interface NoteKey {
  readonly name: string
  readonly algorithm: NoteAlgorithm
  /** 8 hexadecimal digits: a hint, never proof of anything. */
  readonly id: string
  /** The whole SHA-256 that `id` is the beginning of: what Sigstore calls the log's id. */
  readonly logId: Uint8Array
  readonly publicKey: KeyObject
  readonly vkey: string
}

const ed25519Spki = Buffer.from('302a300506032b6570032100', 'hex')
const publicKeyBytes = 32

/** @returns null when the name cannot be a note's or the key is not Ed25519 */
export function toNoteKey(name: string, key: KeyObject, algorithm: NoteAlgorithm = 'ed25519'): NoteKey | null {
  if (key.asymmetricKeyType !== 'ed25519') return null
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return noteKeyOf(name, spki.subarray(ed25519Spki.length), algorithm)
}

/** `name+hex8+base64(algorithm || key)`. @returns null unless it is well-formed and its id is the key's */
export function parseVkey(vkey: string): NoteKey | null {
  const [name = '', id = '', encoded = ''] = splitTwice(vkey)
  const bytes = parseBase64(encoded)
  if (bytes === null || bytes.length !== 1 + publicKeyBytes) return null
  const algorithm = bytes[0] === 0x01 ? 'ed25519' : bytes[0] === 0x04 ? 'cosignature/v1' : null
  if (algorithm === null) return null
  const key = noteKeyOf(name, bytes.subarray(1), algorithm)
  return key !== null && key.id === id ? key : null
}

/** Base64 may hold a `+`; a name and an id may not. */
function splitTwice(vkey: string): string[] {
  const first = vkey.indexOf('+')
  const second = vkey.indexOf('+', first + 1)
  return first < 0 || second < 0 ? [] : [vkey.slice(0, first), vkey.slice(first + 1, second), vkey.slice(second + 1)]
}

function noteKeyOf(name: string, raw: Uint8Array, algorithm: NoteAlgorithm): NoteKey | null {
  if (!isNoteName(name)) return null
  const tagged = Buffer.concat([Buffer.of(algorithmBytes[algorithm]), raw])
  const logId = sha256(Buffer.concat([Buffer.from(`${name}\n`), tagged]))
  const id = toHex(logId.subarray(0, 4))
  const publicKey = createPublicKey({ key: Buffer.concat([ed25519Spki, raw]), format: 'der', type: 'spki' })
  return { name, algorithm, id, logId, publicKey, vkey: `${name}+${id}+${toBase64(tagged)}` }
}

/** Not empty, no `+`, no space of any kind, no control character. */
export function isNoteName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\s+\p{Cc}]/u.test(name)
}

/** @returns true only for a signature of exactly this message */
export function isSignedBy(key: NoteKey, message: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === 64 && verify(null, message, key.publicKey, signature)
}
