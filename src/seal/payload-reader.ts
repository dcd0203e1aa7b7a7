// What was asked and answered, read back: for the API, `show` and `replay`. Every byte is checked on its way: the object
// against the hash that was sealed, its encryption against its session and number.

import { hash, type KeyObject } from 'node:crypto'
import { Fault } from '../kernel/fault.ts'
import type { RecordedPart } from '../kernel/event.ts'
import type { ObjectStore } from '../kernel/object-store.ts'
import type { EventRow, PayloadRef, RecordIndex } from '../kernel/seal-store.ts'
import { unwrapPayloadKey } from './payload-key.ts'
import { openPayloads, readRecords } from './payload-object.ts'
import { parseContent } from './session-payloads.ts'

export interface PayloadPlace {
  readonly index: RecordIndex
  readonly objects: ObjectStore
  readonly kek: KeyObject
}

/** `pending`: still in the journal, wait a moment. `erased`: its key was destroyed. */
export type Payload<T> =
  | { readonly state: 'here'; readonly value: T }
  | { readonly state: 'pending' | 'erased' | 'none' }

export interface RecordedRequest {
  readonly said: { readonly [name: string]: unknown }
  readonly parts: readonly RecordedPart[]
}

/** @throws Fault `record.corrupt` when an object is missing or was changed */
export async function readRequest(place: PayloadPlace, row: EventRow): Promise<Payload<RecordedRequest>> {
  const found = await readObjects(place, row.session, row.request)
  if (found.state !== 'here' || row.request === null) return found.state === 'here' ? { state: 'none' } : found
  const [plain] = found.value
  for (const record of readRecords(plain ?? new Uint8Array(0), row.request.offset)) {
    const value = parseContent(record.content)
    if (value === null || record.action !== row.action) break
    return { state: 'here', value }
  }
  throw new Fault('record.corrupt', { what: 'payload record', session: row.session, seq: row.seq })
}

/** At most `maxBytes` of the answer as it was released. @throws Fault `record.corrupt` */
export async function readResponse(place: PayloadPlace, row: EventRow, maxBytes: number): Promise<Payload<Uint8Array>> {
  const found = await readObjects(place, row.session, row.response)
  if (found.state !== 'here' || row.response === null) return found.state === 'here' ? { state: 'none' } : found
  const pieces: Uint8Array[] = []
  let rest = maxBytes
  for (const [i, plain] of found.value.entries()) {
    for (const record of readRecords(plain, i === 0 ? row.response.offset : 0)) {
      if (record.kind !== 'response' || record.action !== row.action || rest === 0) continue
      const piece = record.content.subarray(0, rest)
      pieces.push(piece)
      rest -= piece.length
    }
  }
  return { state: 'here', value: Buffer.concat(pieces) }
}

/** An answer of many small pieces may lie in very many objects; a page of the console does not need them all. */
const maxObjects = 256

async function readObjects(
  { index, objects, kek }: PayloadPlace,
  session: string,
  ref: PayloadRef | null,
): Promise<Payload<readonly Uint8Array[]>> {
  if (ref === null) return { state: 'none' }
  const wrapped = index.sessionKey(session)
  if (wrapped === null) return { state: 'erased' }
  const rows = index.objects(session, ref.firstObject, Math.min(ref.lastObject, ref.firstObject + maxObjects - 1))
  if (rows[0]?.n !== ref.firstObject) return { state: 'pending' }
  const key = unwrapPayloadKey(kek, session, wrapped)
  const plains: Uint8Array[] = []
  for (const row of rows) {
    const bytes = await objects.get(row.key)
    if (bytes === null || hash('sha256', bytes) !== row.ct)
      throw new Fault('record.corrupt', {
        what: 'payload object',
        session,
        n: row.n,
        why: bytes === null ? 'missing' : 'changed',
      })
    plains.push(openPayloads(key, session, row.n, bytes))
  }
  return { state: 'here', value: plains }
}
