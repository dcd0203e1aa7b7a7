// How far ahead of the answers a client may be understood. A message is read when it means the same whatever the answers
// are. Where it does not (a name that is not certain, a text that a setting could change), it waits until all is answered.

import { fromClient, headerBytes } from './messages.ts'
import { isCertain, toNameKey, type NameEntry } from './names.ts'
import type { Pipeline } from './pipeline.ts'
import type { SessionNames } from './session-names.ts'

export interface Ahead {
  readonly pipeline: Pipeline
  readonly names: SessionNames
  /** Of the message. */
  readonly batch: number
  /** `isPlain` of the message's text. */
  readonly isNextPlain: (text: Uint8Array) => boolean
}

/** The frame that lies in `bytes[at..end)`: not parsed yet, so anything. */
export function isReadable(ahead: Ahead, bytes: Uint8Array, at: number, end: number): boolean {
  const body = at + headerBytes
  switch (bytes[at] ?? 0) {
    case fromClient.query:
      return ahead.isNextPlain(bytes.subarray(body, end)) || isCalm(ahead.pipeline)
    case fromClient.parse:
      return (
        ahead.isNextPlain(stringAt(bytes, body + stringAt(bytes, body, end).length + 1, end)) || isCalm(ahead.pipeline)
      )
    case fromClient.bind: {
      const statement = stringAt(bytes, body + stringAt(bytes, body, end).length + 1, end)
      return isSettled(ahead.names.statements.get(toNameKey(statement)), ahead.batch)
    }
    case fromClient.execute:
      return isSettled(ahead.names.portals.get(toNameKey(stringAt(bytes, body, end))), ahead.batch)
    case fromClient.functionCall:
    case fromClient.copyData:
    case fromClient.copyDone:
    case fromClient.copyFail:
    case fromClient.terminate:
      return ahead.pipeline.isQuiet
    default:
      return true
  }
}

/** Nothing is under way that could change how a text is read. */
function isCalm(pipeline: Pipeline): boolean {
  return [...pipeline.sent, ...pipeline.waiting].every(({ bound }) => {
    const sql = bound?.statement.sql
    if (sql === undefined) return true
    return sql.complete && sql.effects.every((effect) => effect === 'transaction' || effect === 'show')
  })
}

function isSettled(entry: NameEntry<unknown> | undefined, batch: number): boolean {
  return entry === undefined || isCertain(entry, batch)
}

function stringAt(bytes: Uint8Array, at: number, end: number): Uint8Array {
  const nul = bytes.indexOf(0, at)
  return bytes.subarray(at, nul === -1 || nul > end ? end : nul)
}
