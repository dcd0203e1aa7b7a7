// A proof as one file (C2SP tlog-proof): index, hashes, and the checkpoint they lead to, verbatim. `extra` is not
// authenticated by anything and says so in its name.

import { verifyCheckpoint, type CheckpointProblem, type VerifiedCheckpoint } from './checkpoint.ts'
import { parseBase64, parseHash, toBase64 } from './hash.ts'
import type { NoteKey } from './note-key.ts'
import { isIncluded } from './proof.ts'

export interface TlogProof {
  readonly index: number
  readonly hashes: readonly Uint8Array[]
  readonly checkpoint: string
  readonly unauthenticatedExtra: Uint8Array | null
}

const header = 'c2sp.org/tlog-proof@v1'
/** A tree of 2^63 leaves needs no more. */
const maxHashes = 63

export function toTlogProof(proof: TlogProof): string {
  const extra = proof.unauthenticatedExtra === null ? '' : `extra ${toBase64(proof.unauthenticatedExtra)}\n`
  const hashes = proof.hashes.map((node) => `${toBase64(node)}\n`).join('')
  return `${header}\n${extra}index ${proof.index}\n${hashes}\n${proof.checkpoint}`
}

export function parseTlogProof(text: string): TlogProof | null {
  const split = text.indexOf('\n\n')
  const lines = text.slice(0, split).split('\n')
  if (split < 0 || lines.shift() !== header) return null
  let unauthenticatedExtra: Uint8Array | null = null
  if (lines[0]?.startsWith('extra ') === true) {
    unauthenticatedExtra = parseBase64((lines.shift() ?? '').slice('extra '.length))
    if (unauthenticatedExtra === null) return null
  }
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '')
  const hashes = lines.map(parseHash)
  if (index === null || hashes.length > maxHashes || !hashes.every((node) => node !== null)) return null
  const checkpoint = text.slice(split + 2)
  return { index: Number(index[1]), hashes, checkpoint, unauthenticatedExtra }
}

/** Is this leaf in the log of this key? */
export function verifyTlogProof(
  proof: TlogProof,
  leafHash: Uint8Array,
  log: NoteKey,
): VerifiedCheckpoint | CheckpointProblem | 'not-included' {
  const checkpoint = verifyCheckpoint(proof.checkpoint, log)
  if (typeof checkpoint === 'string') return checkpoint
  const { size, root } = checkpoint
  return isIncluded({ index: proof.index, size, leafHash, root, proof: proof.hashes }) ? checkpoint : 'not-included'
}
