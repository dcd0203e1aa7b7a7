// What was asked and answered, read back: for the API, `show` and `replay`. Every byte is checked on its way: the object
// against the hash that was sealed, its encryption against its session and number.

import { hash, type KeyObject } from 'node:crypto'
import { Fault } from '../kernel/fault.ts'
import type { RecordedPart } from '../kernel/event.ts'
import type { ObjectStore } from '../kernel/object-store.ts'
import type { EventRow, ObjectRow, PayloadRef, RecordIndex } from '../kernel/seal-store.ts'
import { unwrapPayloadKey } from './payload-key.ts'
import { openPayloads, readRecords, type StoredRecord } from './payload-object.ts'
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
  const found = findObjects(place, row.session, row.request)
  if (found.state !== 'here') return found
  for await (const record of found.value.records()) {
    const value = parseContent(record.content)
    if (value === null || record.action !== row.action) break
    return { state: 'here', value }
  }
  throw new Fault('record.corrupt', { what: 'payload record', session: row.session, seq: row.seq })
}

export interface RecordedAnswer {
  readonly bytes: Uint8Array
  /** `more`: there may be more than was asked for. `pending`: the end of it is still in the journal. */
  readonly rest: 'none' | 'more' | 'pending'
}

/** At most `maxBytes` of the answer as it was released. @throws Fault `record.corrupt` */
export async function readResponse(
  place: PayloadPlace,
  row: EventRow,
  maxBytes: number,
): Promise<Payload<RecordedAnswer>> {
  const found = findObjects(place, row.session, row.response)
  if (found.state !== 'here') return found
  const pieces: Uint8Array[] = []
  let rest = maxBytes
  for await (const record of found.value.records()) {
    if (record.kind !== 'response' || record.action !== row.action) continue
    const piece = record.content.slice(0, rest)
    pieces.push(piece)
    rest -= piece.length
    // Objects that nothing more is wanted of are not opened.
    if (rest === 0) break
  }
  return { state: 'here', value: { bytes: Buffer.concat(pieces), rest: rest === 0 ? 'more' : found.value.rest } }
}

/** An answer of many small pieces may lie in very many objects; a page of the console does not need them all. */
const maxObjects = 256

interface FoundObjects {
  /** From where the payload begins, over its objects in order; one of them in memory at a time. */
  records(): AsyncGenerator<StoredRecord>
  /** Whether its other objects are not there yet, or too many to be looked at. */
  readonly rest: 'none' | 'more' | 'pending'
}

function findObjects(place: PayloadPlace, session: string, ref: PayloadRef | null): Payload<FoundObjects> {
  if (ref === null) return { state: 'none' }
  const wrapped = place.index.sessionKey(session)
  if (wrapped === null) return { state: 'erased' }
  const last = Math.min(ref.lastObject, ref.firstObject + maxObjects - 1)
  const rows = place.index.objects(session, ref.firstObject, last)
  if (rows[0]?.n !== ref.firstObject) return { state: 'pending' }
  const key = unwrapPayloadKey(place.kek, session, wrapped)
  const rest = rows.at(-1)?.n !== last ? 'pending' : last < ref.lastObject ? 'more' : 'none'
  return { state: 'here', value: { records: () => recordsOf(place.objects, rows, key, ref.offset), rest } }
}

async function* recordsOf(
  objects: ObjectStore,
  rows: readonly ObjectRow[],
  key: KeyObject,
  offset: number,
): AsyncGenerator<StoredRecord> {
  for (const [i, row] of rows.entries()) yield* readRecords(await readObject(objects, row, key), i === 0 ? offset : 0)
}

async function readObject(
  objects: ObjectStore,
  { session, n, key, ct }: ObjectRow,
  dek: KeyObject,
): Promise<Uint8Array> {
  const bytes = await objects.get(key)
  if (bytes === null || hash('sha256', bytes) !== ct)
    throw new Fault('record.corrupt', {
      what: 'payload object',
      session,
      n,
      why: bytes === null ? 'missing' : 'changed',
    })
  return openPayloads(dek, session, n, bytes)
}
