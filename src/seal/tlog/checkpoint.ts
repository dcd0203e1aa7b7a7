// Checkpoints (C2SP tlog-checkpoint): origin, size, root. Extension lines are refused: nothing here needs them, and they
// are where formats drift apart.

import type { KeyObject } from 'node:crypto'
import { parseHash, toBase64 } from './hash.ts'
import { parseNote, signNote, verifyNote, type NoteProblem, type VerifiedNote } from './note.ts'
import type { NoteKey } from './note-key.ts'

export interface Checkpoint {
  /** Name of the log and of the key that signs it. */
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

export type CheckpointProblem = NoteProblem | 'not-signed-by-log'

export interface VerifiedCheckpoint extends Checkpoint {
  readonly note: VerifiedNote
}

export function toCheckpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`
}

function parseCheckpointText(text: string): Checkpoint | null {
  const [origin = '', digits = '', encoded = '', end, ...rest] = text.split('\n')
  const root = parseHash(encoded)
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(digits) || root === null || end !== '' || rest.length > 0)
    return null
  const size = Number(digits)
  return Number.isSafeInteger(size) ? { origin, size, root } : null
}

export function signCheckpoint(checkpoint: Checkpoint, key: NoteKey, privateKey: KeyObject): string {
  return signNote(toCheckpointText(checkpoint), key, privateKey)
}

/** What a checkpoint says, its signatures not looked at. */
export function readCheckpoint(note: string): Checkpoint | null {
  const parsed = parseNote(note)
  return parsed === null ? null : parseCheckpointText(parsed.text)
}

/** The log's own signature must be there; those of `witnesses` are verified too when they are. */
export function verifyCheckpoint(
  note: string,
  log: NoteKey,
  witnesses: readonly NoteKey[] = [],
): VerifiedCheckpoint | CheckpointProblem {
  const verified = verifyNote(note, [log, ...witnesses])
  if (typeof verified === 'string') return verified
  const checkpoint = parseCheckpointText(verified.text)
  if (checkpoint === null) return 'malformed'
  if (checkpoint.origin !== log.name || !verified.verified.some(({ key }) => key === log)) return 'not-signed-by-log'
  return { ...checkpoint, note: verified }
}
