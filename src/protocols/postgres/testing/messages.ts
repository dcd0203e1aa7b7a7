// Messages as clients and servers send them, for tests.

import { toFrame, fromClient, fromTarget } from '../messages.ts'
import { sslRequest, toStartup } from '../startup-packet.ts'

const letter = (name: string): number => name.charCodeAt(0)

export const client = {
  ssl: sslRequest,
  startup: (parameters: Readonly<Record<string, string>> = {}, minor = 0): Uint8Array =>
    toStartup(minor, Object.entries({ user: 'agent', database: 'orders', application_name: 'test', ...parameters })),
  password: (token: string) => toFrame(fromClient.password, (body) => body.cstring(token)),
  query: (sql: string) => toFrame(fromClient.query, (body) => body.cstring(sql)),
  parse: (name: string, sql: string, types: readonly number[] = []) =>
    toFrame(fromClient.parse, (body) => {
      body.cstring(name).cstring(sql).int16(types.length)
      for (const oid of types) body.int32(oid)
    }),
  bind: (portal: string, statement: string, values: readonly (string | Uint8Array | null)[] = [], format = 0) =>
    toFrame(fromClient.bind, (body) => {
      body.cstring(portal).cstring(statement).int16(1).int16(format).int16(values.length)
      for (const value of values) {
        const bytes = value === null ? null : Buffer.from(value)
        body.int32(bytes?.length ?? -1).bytes(bytes ?? new Uint8Array(0))
      }
      body.int16(0)
    }),
  describe: (what: 'S' | 'P', name: string) =>
    toFrame(fromClient.describe, (body) => body.uint8(letter(what)).cstring(name)),
  close: (what: 'S' | 'P', name: string) => toFrame(fromClient.close, (body) => body.uint8(letter(what)).cstring(name)),
  execute: (portal: string, rows = 0) => toFrame(fromClient.execute, (body) => body.cstring(portal).int32(rows)),
  sync: toFrame(fromClient.sync, () => undefined),
  flush: toFrame(fromClient.flush, () => undefined),
  terminate: toFrame(fromClient.terminate, () => undefined),
  functionCall: toFrame(fromClient.functionCall, (body) => body.int32(1).int16(0).int16(0).int16(0)),
  copyData: (data: string | Uint8Array) => toFrame(fromClient.copyData, (body) => body.bytes(Buffer.from(data))),
  copyDone: toFrame(fromClient.copyDone, () => undefined),
  copyFail: (why: string) => toFrame(fromClient.copyFail, (body) => body.cstring(why)),
}

export interface ColumnWords {
  readonly name: string
  readonly oid?: number
  readonly format?: number
}

export const server = {
  authentication: (kind: number, more: Uint8Array = new Uint8Array(0)) =>
    toFrame(fromTarget.authentication, (body) => body.int32(kind).bytes(more)),
  parameter: (name: string, value: string) =>
    toFrame(fromTarget.parameterStatus, (body) => body.cstring(name).cstring(value)),
  key: (processId: number, key: Uint8Array) =>
    toFrame(fromTarget.backendKeyData, (body) => body.int32(processId).bytes(key)),
  ready: (status: 'I' | 'T' | 'E' = 'I') => toFrame(fromTarget.readyForQuery, (body) => body.uint8(letter(status))),
  columns: (...columns: ColumnWords[]) =>
    toFrame(fromTarget.rowDescription, (body) => {
      body.int16(columns.length)
      for (const { name, oid = 25, format = 0 } of columns) {
        body.cstring(name).int32(0).int16(0).int32(oid).int16(-1).int32(-1).int16(format)
      }
    }),
  row: (...cells: (string | Uint8Array | null)[]) =>
    toFrame(fromTarget.dataRow, (body) => {
      body.int16(cells.length)
      for (const cell of cells) {
        const bytes = cell === null ? null : Buffer.from(cell)
        body.int32(bytes?.length ?? -1).bytes(bytes ?? new Uint8Array(0))
      }
    }),
  complete: (tag: string) => toFrame(fromTarget.commandComplete, (body) => body.cstring(tag)),
  parsed: toFrame(fromTarget.parseComplete, () => undefined),
  bound: toFrame(fromTarget.bindComplete, () => undefined),
  closed: toFrame(fromTarget.closeComplete, () => undefined),
  noData: toFrame(fromTarget.noData, () => undefined),
  suspended: toFrame(fromTarget.portalSuspended, () => undefined),
  parameters: (...oids: number[]) =>
    toFrame(fromTarget.parameterDescription, (body) => {
      body.int16(oids.length)
      for (const oid of oids) body.int32(oid)
    }),
  error: (sqlstate: string, message: string, more: Readonly<Record<string, string>> = {}) =>
    errorLike(fromTarget.error, { S: 'ERROR', V: 'ERROR', C: sqlstate, M: message, ...more }),
  notice: (message: string) => errorLike(fromTarget.notice, { S: 'NOTICE', V: 'NOTICE', C: '00000', M: message }),
  notification: (channel: string, payload: string) =>
    toFrame(fromTarget.notification, (body) => body.int32(1).cstring(channel).cstring(payload)),
  copyIn: toFrame(fromTarget.copyIn, (body) => body.uint8(0).int16(0)),
  copyOut: (format = 0) => toFrame(fromTarget.copyOut, (body) => body.uint8(format).int16(0)),
  copyData: (data: string | Uint8Array) => toFrame(fromTarget.copyData, (body) => body.bytes(Buffer.from(data))),
  copyDone: toFrame(fromTarget.copyDone, () => undefined),
}

function errorLike(type: number, fields: Readonly<Record<string, string>>): Uint8Array {
  return toFrame(type, (body) => {
    for (const [name, value] of Object.entries(fields)) body.uint8(letter(name)).cstring(value)
    body.uint8(0)
  })
}

/** Types of a client's frames. */
export function toTypes(bytes: Uint8Array): string[] {
  const types: string[] = []
  const buffer = Buffer.from(bytes)
  for (let at = 0; at < buffer.length; at += 1 + buffer.readInt32BE(at + 1))
    types.push(String.fromCharCode(buffer[at] ?? 0))
  return types
}

/** Frames of a server's stream as words: `T`, `D a|b`, `C SELECT 1`, `E 42501 message`, `Z I`. */
export function toWords(bytes: Uint8Array): string[] {
  const words: string[] = []
  const buffer = Buffer.from(bytes)
  for (let at = 0; at < buffer.length; at += 1 + buffer.readInt32BE(at + 1)) {
    const body = buffer.subarray(at + 5, at + 1 + buffer.readInt32BE(at + 1))
    words.push(`${String.fromCharCode(buffer[at] ?? 0)} ${toBodyWords(buffer[at] ?? 0, body)}`.trimEnd())
  }
  return words
}

function toBodyWords(type: number, body: Buffer): string {
  if (type === fromTarget.dataRow && body.length >= 2) return cellsOf(body).join('|')
  if (type === fromTarget.error || type === fromTarget.notice) {
    const fields = new Map(
      body
        .toString('utf8')
        .split('\0')
        .map((field) => [field.charAt(0), field.slice(1)]),
    )
    return `${fields.get('C')} ${fields.get('M')}`
  }
  if (type === fromTarget.commandComplete) return body.toString('utf8', 0, Math.max(0, body.length - 1))
  if (type === fromTarget.readyForQuery) return body.toString('latin1')
  if (type === fromTarget.copyData) return body.toString('utf8')
  return ''
}

function cellsOf(body: Buffer): string[] {
  const cells: string[] = []
  let at = 2
  for (let i = 0; i < body.readInt16BE(0); i++) {
    const length = body.readInt32BE(at)
    at += 4
    cells.push(length === -1 ? 'NULL' : body.toString('utf8', at, at + length))
    at += Math.max(0, length)
  }
  return cells
}
