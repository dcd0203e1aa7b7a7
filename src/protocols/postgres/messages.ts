// Message types of the protocol (PostgreSQL documentation, "Frontend/Backend Protocol", chapters "Message Formats" and
// "Protocol Flow") and the few messages that the gateway makes itself. A frame is a type byte, a length that counts itself
// and not the type, and a body.

import { ByteBuilder } from '../../wire/byte-builder.ts'
import { readInt32 } from '../../wire/byte-cursor.ts'
import { Fault, type FaultCode } from '../../kernel/fault.ts'

const code = (letter: string): number => letter.charCodeAt(0)

/** From the client. */
export const fromClient = {
  bind: code('B'),
  close: code('C'),
  copyData: code('d'),
  copyDone: code('c'),
  copyFail: code('f'),
  describe: code('D'),
  execute: code('E'),
  flush: code('H'),
  functionCall: code('F'),
  parse: code('P'),
  password: code('p'),
  query: code('Q'),
  sync: code('S'),
  terminate: code('X'),
} as const

/** From the target. */
export const fromTarget = {
  authentication: code('R'),
  backendKeyData: code('K'),
  bindComplete: code('2'),
  closeComplete: code('3'),
  commandComplete: code('C'),
  copyBoth: code('W'),
  copyData: code('d'),
  copyDone: code('c'),
  copyIn: code('G'),
  copyOut: code('H'),
  dataRow: code('D'),
  emptyQuery: code('I'),
  error: code('E'),
  functionResponse: code('V'),
  negotiate: code('v'),
  noData: code('n'),
  notice: code('N'),
  notification: code('A'),
  parameterDescription: code('t'),
  parameterStatus: code('S'),
  parseComplete: code('1'),
  portalSuspended: code('s'),
  readyForQuery: code('Z'),
  rowDescription: code('T'),
} as const

/** What Describe and Close are about. */
export const aboutStatement = code('S')
export const aboutPortal = code('P')

/** Transaction status in ReadyForQuery: in none. */
export const idle = code('I')

export const headerBytes = 5

/**
 * Length of the frame at `at` with its type byte, of which the header is there.
 * @throws Fault before anything is allocated for it: the length is the peer's word
 */
export function frameLength(bytes: Uint8Array, at: number, maxBytes: number, fault: FaultCode): number {
  const length = readInt32(bytes, at + 1)
  // Signed on purpose: 2^31 and more come out negative and are refused with the rest that cannot be.
  if (length < 4) throw new Fault(fault, { why: 'impossible length', type: bytes[at] ?? 0, length })
  if (length >= maxBytes) throw new Fault('frame.too-large', { type: bytes[at] ?? 0, length, limit: maxBytes })
  return length + 1
}

export function toFrame(type: number, build: (body: ByteBuilder) => void): Uint8Array {
  const builder = new ByteBuilder().uint8(type)
  const at = builder.openLength()
  build(builder)
  return builder.closeLength(at, true).done()
}

const nobody = (): void => undefined

export const syncFrame = toFrame(fromClient.sync, nobody)
export const flushFrame = toFrame(fromClient.flush, nobody)
export const terminateFrame = toFrame(fromClient.terminate, nobody)
export const readyWhenIdle = toFrame(fromTarget.readyForQuery, (body) => body.uint8(idle))

export function toDescribePortal(name: Uint8Array): Uint8Array {
  return toFrame(fromClient.describe, (body) => body.uint8(aboutPortal).bytes(name).uint8(0))
}

export function toExecute(portal: string): Uint8Array {
  return toFrame(fromClient.execute, (body) => body.cstring(portal).int32(0))
}

export function toCopyFail(why: string): Uint8Array {
  return toFrame(fromClient.copyFail, (body) => body.cstring(why))
}
