import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { runs } from '../../../test/harness/depth.ts'
import { Fault } from '../../kernel/fault.ts'
import { ByteCursor } from '../../wire/byte-cursor.ts'
import { headerBytes } from './messages.ts'
import { parseBind, toReadable, toRole } from './parameters.ts'
import { client } from './testing/messages.ts'
import { oids } from './types.ts'

const bind = (frame: Uint8Array): ReturnType<typeof parseBind> =>
  parseBind(new ByteCursor(frame, headerBytes, frame.length, 'frame.malformed'))

const readable = (oid: number, ...bytes: number[]): string =>
  Buffer.from(toReadable({ isBinary: true, bytes: Uint8Array.from(bytes) }, oid)).toString()

test('names, formats and values', () => {
  const binding = bind(client.bind('p', 's', ['a', null, '']))
  assert.equal(binding.portal, 'p')
  assert.equal(binding.statement, 's')
  assert.deepEqual(
    binding.values.map(({ bytes }) => (bytes === null ? null : Buffer.from(bytes).toString())),
    ['a', null, ''],
  )
})

test('binary values are recorded as people read them', () => {
  assert.equal(readable(oids.bool, 1), 'true')
  assert.equal(readable(oids.int2, 0xff, 0xfe), '-2')
  assert.equal(readable(oids.int4, 0, 1, 0, 0), '65536')
  assert.equal(readable(oids.int8, 0, 0, 0, 1, 0, 0, 0, 0), '4294967296')
  assert.equal(readable(oids.float8, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0), '1.5')
  assert.equal(readable(oids.float4, 0x3f, 0xc0, 0, 0), '1.5')
  assert.equal(readable(oids.uuid, ...Array.from({ length: 16 }, (_, n) => n)), '00010203-0405-0607-0809-0a0b0c0d0e0f')
  assert.equal(readable(oids.date, 0, 0, 0, 1), '2000-01-02')
  assert.equal(readable(oids.date, 0x7f, 0xff, 0xff, 0xff), 'infinity')
  assert.equal(readable(oids.timestamptz, 0, 0, 0, 0, 0, 0, 0, 1), '2000-01-01 00:00:00.000001+00')
  assert.equal(readable(oids.timestamp, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), '1999-12-31 23:59:59.999999')
  assert.equal(readable(oids.jsonb, 1, 123, 125), '{}')
  assert.equal(readable(oids.text, 104, 105), 'hi')
  assert.equal(readable(oids.numeric, 0, 1, 0, 0, 0, 0, 0, 0, 0, 42), '42')
})

test('what nobody can read is hexadecimal, and what does not fit its type as well', () => {
  assert.equal(readable(99_999, 1, 0xff), '\\x01ff')
  assert.equal(readable(oids.int4, 1), '\\x01')
  assert.equal(readable(oids.bytea, 1, 2), '\\x0102')
})

test('roles name position and type', () => {
  assert.equal(toRole(0, oids.int4, { isBinary: false, bytes: new Uint8Array(1) }), 'parameter $1 int4')
  assert.equal(toRole(9, 0, { isBinary: false, bytes: new Uint8Array(1) }), 'parameter $10 unknown')
  assert.equal(toRole(1, 0, { isBinary: false, bytes: null }), 'parameter $2 null')
})

test('property: any bytes are a binding or a fault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      try {
        for (const value of parseBind(new ByteCursor(bytes, 0, bytes.length, 'frame.malformed')).values)
          for (const oid of Object.values(oids)) toReadable(value, oid)
      } catch (error) {
        assert.ok(error instanceof Fault && error.code === 'frame.malformed')
      }
    }),
    { numRuns: runs(500) },
  )
})
