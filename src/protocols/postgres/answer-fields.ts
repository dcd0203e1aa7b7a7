// What lies in the few messages of an answer that say something about it. Each reads one frame, `bytes[at..end)`, that is whole. It
// refuses to know when such a message may come.

import { ByteCursor } from '../../wire/byte-cursor.ts'
import { headerBytes } from './messages.ts'
import type { ServerState } from './server-state.ts'

/** ParameterDescription: type OIDs, in the order of the parameters. @throws Fault `upstream.protocol` */
export function readParameterTypes(bytes: Uint8Array, at: number, end: number): number[] {
  const cursor = new ByteCursor(bytes, at + headerBytes, end, 'upstream.protocol')
  const count = cursor.int16() & 0xffff
  const types: number[] = []
  for (let i = 0; i < count; i++) types.push(cursor.uint32())
  cursor.requireEnd()
  return types
}

/** ParameterStatus, as the session's state has to know it. @throws Fault `upstream.protocol` and those of the state */
export function readParameterStatus(bytes: Uint8Array, at: number, end: number, state: ServerState): void {
  const cursor = new ByteCursor(bytes, at + headerBytes, end, 'upstream.protocol')
  // Not as UTF-8: a database in SQL_ASCII says the names of its roles in any encoding.
  const name = Buffer.from(cursor.untilNul()).toString('latin1')
  state.track(name, Buffer.from(cursor.untilNul()).toString('latin1'))
}

/**
 * CommandComplete: the last number of its tag (`SELECT 5`, `INSERT 0 3`).
 * @returns null when it has none (`BEGIN`), or one that no target ever counted to
 */
export function readRowCount(bytes: Uint8Array, at: number, end: number): number | null {
  let count = 0
  let unit = 1
  let position = end - 2
  for (; position > at + headerBytes; position--) {
    const digit = (bytes[position] ?? 0) - 0x30
    if (digit < 0 || digit > 9) break
    count += digit * unit
    unit *= 10
  }
  return unit > 1 && bytes[position] === 0x20 && Number.isSafeInteger(count) ? count : null
}
