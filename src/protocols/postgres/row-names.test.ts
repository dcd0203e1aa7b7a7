// What a masker is told of a row before its values are shown: the values in the columns that it asks for, as they are meant, in every
// form of row, wherever it is cut.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeMasker } from '../../../test/harness/fake-masker.ts'
import type { FieldContext } from '../../kernel/action.ts'
import { Fault } from '../../kernel/fault.ts'
import type { RowColumn, RowNames, ValueMasker } from '../../kernel/masker.ts'
import type { CopyLines } from '../../languages/sql/facts.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import { ColumnCache, toCopyColumns } from './columns.ts'
import { CopyOut } from './copy-out.ts'
import { ResponseCarrier } from './response-carrier.ts'
import { server, toWords } from './testing/messages.ts'

/** Asks for columns called `name`; a `value` is replaced by all that it was told of its row. */
class NamedMasker extends FakeMasker implements ValueMasker {
  readonly kinds = new Set<readonly RowColumn[]>()
  rows = 0
  #told: string[] = []

  row(columns: readonly RowColumn[]): RowNames | null {
    this.rows++
    this.kinds.add(columns)
    this.#told = []
    const asked = Array.from(columns.keys()).filter((column) => columns[column]?.field.name === 'name')
    if (asked.length === 0) return null
    return {
      columns: asked,
      tell: (column, bytes, start, end) =>
        this.#told.push(`${column}:${Buffer.from(bytes.subarray(start, end)).toString('latin1')}`),
    }
  }

  override value(_bytes: Uint8Array, _start: number, _end: number, { name }: FieldContext): Uint8Array | null {
    if (name === 'value') return Buffer.from(`<${this.#told.join()}>`)
    if (name === 'name') return Buffer.from('hidden')
    return null
  }
}

function rowsOf(masker: NamedMasker, ...frames: Uint8Array[]): string[] {
  const carried = new ResponseCarrier(new ColumnCache()).carry(Buffer.concat(frames), masker)
  return toWords(carried).filter((word) => word.startsWith('D '))
}

test('rows: names are told before values, wherever they stand, and are forgotten with their row', () => {
  const masker = new NamedMasker()
  const columns = server.columns({ name: 'name' }, { name: 'value' }, { name: 'name' }, { name: 'note' })
  const shown = rowsOf(masker, columns, server.row('a', 'x', 'b', 'c'), server.row(null, 'x', '', 'c'))
  assert.deepEqual(shown, ['D hidden|<0:a,2:b>|hidden|c', 'D NULL|<>|hidden|c'])
  assert.deepEqual([masker.rows, masker.kinds.size], [2, 1], 'once a row, and of the same columns')
  const turned = server.columns({ name: 'value' }, { name: 'id', oid: 23 }, { name: 'name', format: 1 })
  assert.deepEqual(rowsOf(masker, turned, server.row('x', '1', 'a')), ['D <2:a>|1|hidden'])
})

test('a row of other columns begins, too, and so does one that nobody described', () => {
  const masker = new NamedMasker()
  const pair = [server.columns({ name: 'name' }, { name: 'value' }), server.row('a', 'x')]
  const alone = [server.columns({ name: 'value' }), server.row('x')]
  assert.deepEqual(rowsOf(masker, ...pair, ...alone), ['D hidden|<0:a>', 'D <>'])
  assert.deepEqual(rowsOf(masker, server.row('x')), ['D x'])
  assert.equal(masker.rows, 3)
})

test('a row that is shorter or longer than it says is a fault, as it is without names', () => {
  const columns = server.columns({ name: 'value' }, { name: 'name' })
  assert.deepEqual(rowsOf(new NamedMasker(), columns, server.row('x')), ['D <>'])
  for (const length of [2, -2, 0x7fffffff]) {
    const row = Buffer.from(server.row('x', 'a'))
    row.writeInt32BE(length, 12)
    const isBroken = (error: unknown): boolean => error instanceof Fault && error.code === 'upstream.protocol'
    assert.throws(() => rowsOf(new NamedMasker(), columns, row), isBroken, `${length}`)
  }
})

interface Copied {
  readonly lines: CopyLines | null
  readonly columns?: readonly string[]
  readonly isBinary?: boolean
}

/** The data that a COPY brings, in one piece or in several. */
function copied({ lines, columns = ['value', 'id', 'name'], isBinary = false }: Copied, ...data: Uint8Array[]): string {
  const copy = new CopyOut(isBinary, 1000, { columns: toCopyColumns(columns), lines })
  const masker = new NamedMasker()
  const out = data.map((one) => Buffer.from(copy.push(one, masker)))
  return Buffer.concat([...out, copy.end(masker)]).toString('latin1')
}

const text: CopyLines = { isCsv: false, delimiter: '\t', quote: '"', escape: '"' }
const csv: CopyLines = { isCsv: true, delimiter: ',', quote: '"', escape: '"' }

test('COPY in text: lines, with the escapes that names are written with', () => {
  const lines = (data: string, how: Copied = { lines: text }): string => copied(how, Buffer.from(data))
  assert.equal(lines('x\t1\ta\ny\t2\tb\n'), '<2:a>\t1\thidden\n<2:b>\t2\thidden\n')
  assert.equal(lines('x\t1\t\\141b\nx\t2\n'), '<2:ab>\t1\thidden\n<>\t2\n')
  assert.equal(lines('x\t1\ta\n', { lines: null }), '<2:a>\t1\thidden\n')
  assert.equal(lines('a\tx\nb', { lines: text, columns: ['name', 'value'] }), 'hidden\t<0:a>\nhidden')
})

test('COPY in csv: names between quotes, over lines', () => {
  const rows = (data: string): string => copied({ lines: csv }, Buffer.from(data))
  assert.equal(rows('x,1,a\n"y",2,"b ""c"""\n'), '<2:a>,1,hidden\n"<2:b ""c"">",2,"hidden"\n')
  assert.equal(rows('"x,\nx",1,"a\nb"\n'), '"<2:a\nb>",1,"hidden"\n')
  assert.equal(rows('x\nx,1,a\n'), '<>\n<2:a>,1,hidden\n')
})

function binaryCopy(...tuples: (string | null)[][]): Buffer {
  const body = new ByteBuilder().bytes(Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')).int32(0).int32(0)
  for (const tuple of tuples) {
    body.int16(tuple.length)
    for (const field of tuple) body.int32(field === null ? -1 : field.length).text(field ?? '')
  }
  return Buffer.from(body.int16(-1).done())
}

test('COPY in binary: tuples', () => {
  const how = { lines: null, isBinary: true }
  const whole = binaryCopy(['x', null, 'a'], ['y', '1', null], ['z'])
  const expected = binaryCopy(['<2:a>', null, 'hidden'], ['<>', '1', null], ['<>'])
  assert.equal(copied(how, whole), expected.toString('latin1'))
  const nameless = whole.subarray(0, whole.indexOf('x') + 5)
  assert.ok(copied(how, nameless).endsWith('<>\xff\xff\xff\xff'), 'it breaks off before its name')
})

test('property: a COPY is the same however it is cut', () => {
  for (const { how, whole } of [
    { how: { lines: text }, whole: Buffer.from('x\t1\ta\n\\N\t\t\ny\t2\t\\142\nz\t3\t\\N\n') },
    { how: { lines: csv }, whole: Buffer.from('x,1,a\n,,\n"y",2,"b, c"\n') },
    { how: { lines: null, isBinary: true }, whole: binaryCopy(['x', '1', 'a'], ['y', null, 'b'], ['z']) },
  ])
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 5 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), whole.length]
        const parts = edges.slice(1).map((end, i) => whole.subarray(edges[i], end))
        assert.equal(copied(how, ...parts), copied(how, whole))
      }),
    )
})
