// An entry as it claims to be: one of our leaves, a sealed statement, or neither.

import { parseCanonical } from './canonical.ts'

/** Only what verification looks at; the rest of a leaf is an auditor's reading. */
export interface Leaf {
  readonly t: string
  readonly origin: string
  readonly boot: string
  readonly sid: string | null
  readonly seq: number
  readonly prev: string | null
  readonly ts: string
  readonly up_ms: number | null
  readonly body: { readonly [name: string]: unknown }
  readonly obj: readonly Commitment[]
}

export interface Commitment {
  readonly role: string
  readonly n: number
  readonly bytes: number
  readonly ct: string | null
}

/** A Rekor `dsse` 0.0.1 body. */
export interface SealEntry {
  readonly bytes: Uint8Array
  readonly envelopeHash: string
  readonly payloadHash: string
}

const maxLeafBytes = 8192

export function parseEntry(entry: Uint8Array): { leaf: Leaf } | { seal: SealEntry } | null {
  const value = parseObject(entry)
  if (value === null) return null
  if (value['kind'] === 'dsse') {
    const seal = parseSeal(entry, value)
    return seal === null ? null : { seal }
  }
  const leaf = entry.length <= maxLeafBytes ? parseLeaf(value) : null
  return leaf === null ? null : { leaf }
}

type Members = { readonly [name: string]: unknown }

/**
 * @returns null for what is no object in canonical JSON: of two spellings of one value, or of a member that is there twice,
 * two readers could read two things
 */
export function parseObject(bytes: Uint8Array): Members | null {
  const value = parseCanonical(bytes)
  return isMembers(value) ? value : null
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseLeaf(value: Members): Leaf | null {
  const { t, origin, boot, sid, seq, prev, ts, body, obj, v, up_ms: upMs } = value
  const isHead = v === 1 && isText(t) && isText(origin) && isText(boot) && isText(ts) && isMembers(body)
  const isPlace = (sid === null || isText(sid)) && isCount(seq) && (prev === null || isText(prev))
  if (!isHead || !isPlace || !Array.isArray(obj) || !(upMs === null || isCount(upMs))) return null
  const commitments: Commitment[] = []
  for (const item of obj as readonly unknown[]) {
    const commitment = isMembers(item) ? parseCommitment(item) : null
    if (commitment === null) return null
    commitments.push(commitment)
  }
  return { t, origin, boot, sid, seq, prev, ts, up_ms: upMs, body, obj: commitments }
}

function parseCommitment({ role, n, bytes, ct, pc }: Members): Commitment | null {
  const isOne = isText(role) && isCount(n) && isCount(bytes) && (isDigest(ct) || isDigest(pc))
  return isOne ? { role, n, bytes, ct: isDigest(ct) ? ct.slice('sha256:'.length) : null } : null
}

function parseSeal(bytes: Uint8Array, { apiVersion, spec }: Members): SealEntry | null {
  if (apiVersion !== '0.0.1' || !isMembers(spec)) return null
  const [envelopeHash, payloadHash] = [spec['envelopeHash'], spec['payloadHash']].map((value) =>
    isMembers(value) && value['algorithm'] === 'sha256' && isText(value['value']) ? value['value'] : null,
  )
  return envelopeHash && payloadHash ? { bytes, envelopeHash, payloadHash } : null
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
const isDigest = (value: unknown): value is string => isText(value) && /^sha256:[0-9a-f]{64}$/.test(value)
