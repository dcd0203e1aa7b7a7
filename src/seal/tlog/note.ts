// Signed notes (C2SP signed-note): text, an empty line, signature lines. A note is worth what its known keys say: one bad
// signature of a known key and the whole note is refused; unknown keys are passed over.

import { sign, type KeyObject } from 'node:crypto'
import { parseBase64, toBase64, toHex } from './hash.ts'
import { isNoteName, isSignedBy, type NoteKey } from './note-key.ts'

interface NoteSignature {
  readonly name: string
  readonly id: string
  /** What follows the key id: a signature, for a cosignature with its time before it. */
  readonly bytes: Uint8Array
}

export interface ParsedNote {
  /** With its last newline: what is signed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

export interface VerifiedNote extends ParsedNote {
  readonly verified: readonly { readonly key: NoteKey; readonly timeS: number | null }[]
}

export type NoteProblem = 'malformed' | 'bad-signature' | 'ambiguous-key' | 'no-known-signature'

const maxNoteBytes = 1_000_000
const maxSignatures = 100
/** Of a note all but the newlines are visible (C2SP signed-note); those beyond ASCII are its own business. */
const controlOfAscii = /(?![\n\u0080-\u009f])\p{Cc}/u

export function parseNote(note: string): ParsedNote | null {
  if (note.length > maxNoteBytes || !note.isWellFormed() || controlOfAscii.test(note)) return null
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) return null
  const text = note.slice(0, split + 1)
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > maxSignatures) return null
  const signatures: NoteSignature[] = []
  for (const line of lines) {
    const signature = parseSignatureLine(line)
    if (signature === null) return null
    signatures.push(signature)
  }
  return { text, signatures }
}

function parseSignatureLine(line: string): NoteSignature | null {
  if (!line.startsWith('— ')) return null
  const [name = '', encoded = '', ...rest] = line.slice(2).split(' ')
  const bytes = parseBase64(encoded)
  if (rest.length > 0 || !isNoteName(name) || bytes === null || bytes.length < 5) return null
  return { name, id: toHex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) }
}

export function verifyNote(note: string, keys: readonly NoteKey[]): VerifiedNote | NoteProblem {
  const parsed = parseNote(note)
  if (parsed === null) return 'malformed'
  const verified: { key: NoteKey; timeS: number | null }[] = []
  for (const signature of parsed.signatures) {
    const known = keys.filter((key) => key.name === signature.name && key.id === signature.id)
    const [key] = known
    if (key === undefined) continue
    if (known.length > 1) return 'ambiguous-key'
    const time = timeOf(key, signature)
    if (time === undefined || !isSignedBy(key, messageOf(parsed.text, time), signature.bytes.subarray(-64)))
      return 'bad-signature'
    if (!verified.some((other) => other.key === key)) verified.push({ key, timeS: time })
  }
  return verified.length === 0 ? 'no-known-signature' : { ...parsed, verified }
}

/** null for a plain signature; undefined when the bytes have the wrong length. */
function timeOf(key: NoteKey, { bytes }: NoteSignature): number | null | undefined {
  if (key.algorithm === 'ed25519') return bytes.length === 64 ? null : undefined
  if (bytes.length !== 72) return undefined
  const time = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)
  return time > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(time)
}

function messageOf(text: string, timeS: number | null): Uint8Array {
  return Buffer.from(timeS === null ? text : `cosignature/v1\ntime ${timeS}\n${text}`)
}

/** `text` ends with a newline and holds no other control character. @returns the note with one signature line */
export function signNote(text: string, key: NoteKey, privateKey: KeyObject): string {
  return `${text}\n${toSignatureLine(key, sign(null, messageOf(text, null), privateKey))}`
}

/** A witness's line: as of this time, this is the largest tree it saw. */
export function toCosignatureLine(text: string, key: NoteKey, privateKey: KeyObject, timeS: number): string {
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(timeS))
  return toSignatureLine(key, Buffer.concat([time, sign(null, messageOf(text, timeS), privateKey)]))
}

function toSignatureLine(key: NoteKey, bytes: Uint8Array): string {
  return `— ${key.name} ${toBase64(Buffer.concat([Buffer.from(key.id, 'hex'), bytes]))}\n`
}
