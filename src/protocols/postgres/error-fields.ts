// ErrorResponse and NoticeResponse: fields of a letter and a string ("Error and Notice Message Fields"). Their words can
// hold a row's values (`Key (email)=(…) already exists`), so they are masked like any other text of the target.

import { plainText, type FieldContext } from '../../kernel/action.ts'
import type { ValueMasker } from '../../kernel/masker.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import { ByteCursor } from '../../wire/byte-cursor.ts'
import { headerBytes } from './messages.ts'

/** Severity, SQLSTATE, positions and the place in the server's source: no room for a value. */
const withoutValues: ReadonlySet<number> = new Set(Buffer.from('SVCPpFLR'))

export function readErrorField(frame: Uint8Array, letter: string): string | null {
  const cursor = new ByteCursor(frame, headerBytes, frame.length, 'upstream.protocol')
  const wanted = letter.charCodeAt(0)
  for (let type = cursor.uint8(); type !== 0; type = cursor.uint8()) {
    const value = cursor.untilNul()
    if (type === wanted) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1')
  }
  return null
}

/** @returns a frame of its own; null when nothing changed */
export function maskErrorFields(frame: Uint8Array, masker: ValueMasker): Uint8Array | null {
  return rebuild(frame, (cursor, put) => {
    for (let type = cursor.uint8(); type !== 0; type = cursor.uint8()) {
      put(Uint8Array.of(type))
      put(cursor.untilNul(), withoutValues.has(type) ? null : plainText)
      put(terminator)
    }
    put(terminator)
  })(masker)
}

/** NotificationResponse: process id, channel, payload. */
export function maskNotification(frame: Uint8Array, masker: ValueMasker): Uint8Array | null {
  return rebuild(frame, (cursor, put) => {
    put(cursor.take(4))
    put(cursor.untilNul(), plainText)
    put(terminator)
    put(cursor.untilNul(), plainText)
    put(terminator)
  })(masker)
}

/** Reported settings whose values the server makes by itself; `server_version` may look like an address. */
const ownWords: ReadonlySet<string> = new Set([
  'client_encoding',
  'DateStyle',
  'default_transaction_read_only',
  'in_hot_standby',
  'integer_datetimes',
  'IntervalStyle',
  'is_superuser',
  'scram_iterations',
  'server_encoding',
  'server_version',
  'standard_conforming_strings',
  'TimeZone',
])

export function maskParameterStatus(frame: Uint8Array, masker: ValueMasker): Uint8Array | null {
  return rebuild(frame, (cursor, put) => {
    const name = cursor.untilNul()
    put(name)
    put(terminator)
    put(cursor.untilNul(), ownWords.has(Buffer.from(name).toString('latin1')) ? null : plainText)
    put(terminator)
  })(masker)
}

const terminator = Uint8Array.of(0)

type Put = (bytes: Uint8Array, field?: FieldContext | null) => void

function rebuild(
  frame: Uint8Array,
  read: (cursor: ByteCursor, put: Put) => void,
): (masker: ValueMasker) => Uint8Array | null {
  return (masker) => {
    let isChanged = false
    const builder = new ByteBuilder(frame.length + 64).uint8(frame[0] ?? 0)
    const length = builder.openLength()
    read(new ByteCursor(frame, headerBytes, frame.length, 'upstream.protocol'), (bytes, field = null) => {
      const masked = field === null || bytes.length === 0 ? null : masker.value(bytes, 0, bytes.length, field)
      if (masked !== null) isChanged = true
      builder.bytes(masked ?? bytes)
    })
    return isChanged ? builder.closeLength(length, true).done() : null
  }
}
