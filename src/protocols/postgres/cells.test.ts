// Values of every form: masked where text can lie, unchanged otherwise, framed again exactly.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeMasker } from '../../../test/harness/fake-masker.ts'
import { Fault } from '../../kernel/fault.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import { Splice } from '../../wire/splice.ts'
import { maskCell, nullCell } from './cells.ts'
import { ColumnCache, toColumn, type Column } from './columns.ts'
import { numericToText } from './numeric.ts'
import { maskRow } from './rows.ts'
import { server } from './testing/messages.ts'
import { oids } from './types.ts'

const mail = 'ada@example.com'

function masked(cell: Uint8Array | string, column: Column): Uint8Array | null | 'NULL' {
  const bytes = Buffer.from(cell)
  const found = maskCell(bytes, 0, bytes.length, column, new FakeMasker())
  return found === nullCell ? 'NULL' : found
}

const text = (found: Uint8Array | null | 'NULL'): string | null =>
  found === null || found === 'NULL' ? found : Buffer.from(found).toString()

function array(oid: number, ...values: (string | Uint8Array | null)[]): Uint8Array {
  const body = new ByteBuilder().int32(1).int32(0).int32(oid).int32(values.length).int32(1)
  for (const value of values)
    body.int32(value === null ? -1 : Buffer.from(value).length).bytes(Buffer.from(value ?? ''))
  return body.done()
}

function record(...fields: (readonly [number, string | Uint8Array])[]): Uint8Array {
  const body = new ByteBuilder().int32(fields.length)
  for (const [oid, value] of fields) body.int32(oid).int32(Buffer.from(value).length).bytes(Buffer.from(value))
  return body.done()
}

test('text is masked in both formats, and in types nobody has heard of', () => {
  for (const oid of [oids.text, oids.varchar, oids.json, 99_999])
    for (const isBinary of [false, true])
      assert.equal(text(masked(mail, toColumn('c', oid, isBinary))), '[mail]', `${oid}`)
})

test('what cannot hold text is not looked at', () => {
  for (const oid of [oids.int4, oids.date, oids.uuid, oids.bool, 1007])
    assert.equal(masked(mail, toColumn('card', oid, false)), null, `${oid}`)
})

test('jsonb keeps its version byte; bytea is looked at behind its hexadecimal', () => {
  assert.deepEqual(masked(`\u0001"${mail}"`, toColumn('j', oids.jsonb, true)), Buffer.from('\u0001"[mail]"'))
  assert.equal(masked('', toColumn('j', oids.jsonb, true)), null)
  const hex = (value: string): string => `\\x${Buffer.from(value).toString('hex')}`
  assert.equal(text(masked(hex(mail), toColumn('b', oids.bytea, false))), hex('[mail]'))
  assert.equal(text(masked(mail, toColumn('b', oids.bytea, false))), '[mail]', 'bytea_output = escape')
  assert.equal(text(masked(mail, toColumn('b', oids.bytea, true))), '[mail]')
})

test('a number under a telling name becomes NULL, in both formats; other numbers pass', () => {
  const card = 4_111_111_111_111_111n
  const binary = Buffer.alloc(8)
  binary.writeBigInt64BE(card)
  assert.equal(masked(String(card), toColumn('card_number', oids.int8, false)), 'NULL')
  assert.equal(masked(binary, toColumn('card_number', oids.int8, true)), 'NULL')
  assert.equal(masked(String(card), toColumn('id', oids.int8, false)), null)
  assert.equal(masked('42', toColumn('card_number', oids.int8, false)), null)
  const numeric = new ByteBuilder()
    .int16(4)
    .int16(3)
    .int16(0)
    .int16(0)
    .int16(4111)
    .int16(1111)
    .int16(1111)
    .int16(1111)
    .done()
  assert.equal(masked(numeric, toColumn('pan', oids.numeric, true)), 'NULL')
})

test('arrays and composites in binary are opened, masked and closed with lengths that fit', () => {
  const unknown = toColumn('tags', 1009, true)
  assert.deepEqual(
    masked(array(oids.text, 'a', mail, null), unknown),
    Buffer.from(array(oids.text, 'a', '[mail]', null)),
  )
  assert.equal(masked(array(oids.text, 'a', null), unknown), null)
  assert.equal(masked(array(oids.int4, Uint8Array.of(0, 0, 0, 1)), unknown), null)
  const miscounted = Buffer.from(array(oids.text, 'a', mail))
  miscounted.writeInt32BE(7, 12)
  const asText = maskCell(miscounted, 0, miscounted.length, unknown, new FakeMasker())
  assert.ok(
    asText !== null && asText !== nullCell && Buffer.from(asText).readInt32BE(miscounted.length - 19) === 15,
    'not an array: a text',
  )
  const inner = record([oids.int4, Uint8Array.of(0, 0, 0, 1)], [oids.text, mail])
  const outer = record([oids.text, 'x'], [16_400, inner])
  const expected = record(
    [oids.text, 'x'],
    [16_400, record([oids.int4, Uint8Array.of(0, 0, 0, 1)], [oids.text, '[mail]'])],
  )
  assert.deepEqual(masked(outer, toColumn('r', 16_401, true)), Buffer.from(expected))
})

test('an address in binary is read as people write it', () => {
  const column = toColumn('ip', oids.inet, true)
  const masker = new FakeMasker()
  const seen: string[] = []
  masker.value = (bytes, start, end) => {
    seen.push(Buffer.from(bytes).toString('utf8', start, end))
    return new Uint8Array(0)
  }
  const cells = [
    Uint8Array.of(2, 32, 0, 4, 10, 0, 0, 7),
    Uint8Array.of(3, 128, 0, 16, 0x20, 1, ...new Uint8Array(13), 1),
  ]
  for (const cell of cells) assert.equal(maskCell(cell, 0, cell.length, column, masker), nullCell)
  assert.deepEqual(seen, ['10.0.0.7', '2001:0:0:0:0:0:0:1'])
})

test('numeric in binary', () => {
  const numeric = (weight: number, sign: number, scale: number, ...digits: number[]): string | null => {
    const body = new ByteBuilder().int16(digits.length).int16(weight).int16(sign).int16(scale)
    for (const digit of digits) body.int16(digit)
    return numericToText(body.done())
  }
  assert.equal(numeric(1, 0, 2, 1, 2345, 6700), '12345.67')
  assert.equal(numeric(-1, 0x4000, 4, 12), '-0.0012')
  assert.equal(numeric(2, 0, 0, 1), '100000000')
  assert.equal(numeric(0, 0, 0), '0')
  assert.equal(numeric(0, 0xc000, 0), 'NaN')
  assert.equal(numeric(30_000, 0, 0, 1), null, 'absurd')
  assert.equal(numeric(0, 0, 0, 10_000), null)
  assert.equal(numericToText(Uint8Array.of(1, 2, 3)), null)
})

function maskedRow(row: Uint8Array, columns: readonly Column[]): Uint8Array {
  const splice = new Splice()
  splice.open(row)
  maskRow(row, 0, row.length, columns, { masker: new FakeMasker(), splice })
  return splice.done(row.length)
}

test('a row passes as the object it came in, or is framed again exactly', () => {
  const columns = new ColumnCache().columnsOf(server.columns({ name: 'a' }, { name: 'b', oid: 23 }, { name: 'c' }))
  const run = (row: Uint8Array): Uint8Array => maskedRow(row, columns)
  const clean = server.row('x', '1', null)
  assert.equal(run(clean), clean)
  assert.deepEqual(run(server.row(mail, '1', mail)), Buffer.from(server.row('[mail]', '1', '[mail]')))
  assert.deepEqual(
    run(server.row('x', '1', 'y', mail)),
    Buffer.from(server.row('x', '1', 'y', '[mail]')),
    'a column nobody described',
  )
})

test('a row whose lengths do not add up is a fault', () => {
  const broken = (error: unknown): boolean => error instanceof Fault && error.code === 'upstream.protocol'
  const row = Buffer.from(server.row('abc'))
  for (const length of [4, 2, -2, 0x7fffffff]) {
    const wrong = Buffer.from(row)
    wrong.writeInt32BE(length, 7)
    assert.throws(() => maskedRow(wrong, []), broken, `${length}`)
  }
})

test('descriptions that come again are the same objects, and their number is bounded', () => {
  const cache = new ColumnCache()
  const first = cache.columnsOf(server.columns({ name: 'a' }))
  assert.equal(cache.columnsOf(server.columns({ name: 'a' })), first)
  for (let n = 0; n < 40; n++) cache.columnsOf(server.columns({ name: `c${n}` }))
  assert.notEqual(cache.columnsOf(server.columns({ name: 'a' })), first)
})

test('a description of thousands of columns is not remembered', () => {
  const cache = new ColumnCache()
  const wide = server.columns(...Array.from({ length: 5_000 }, (_, n) => ({ name: `column_${n}` })))
  assert.notEqual(cache.columnsOf(wide), cache.columnsOf(wide))
})

test('property: any bytes under any type are masked without a throw', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(...Object.values(oids), 1009, 2249, 70_000),
      fc.boolean(),
      (bytes, oid, isBinary) => {
        maskCell(bytes, 0, bytes.length, toColumn('card', oid, isBinary), new FakeMasker())
      },
    ),
  )
})
