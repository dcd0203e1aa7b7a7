// What a target says, carried: any cut gives the same, unchanged bytes are the same object, every place for text is looked at.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeMasker } from '../../../test/harness/fake-masker.ts'
import { Fault } from '../../kernel/fault.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import { ColumnCache } from './columns.ts'
import { startCopyOut } from './copy-out.ts'
import { ResponseCarrier } from './response-carrier.ts'
import { server, toWords } from './testing/messages.ts'

const newCarrier = (): ResponseCarrier => new ResponseCarrier(new ColumnCache())

function carried(...frames: Uint8Array[]): string {
  const carrier = newCarrier()
  const masker = new FakeMasker()
  return Buffer.concat([carrier.carry(Buffer.concat(frames), masker), carrier.finish(masker)]).toString('latin1')
}

test('a run without a change is the same object', () => {
  const run = Buffer.concat([
    server.columns({ name: 'a' }),
    server.row('x'),
    server.complete('SELECT 1'),
    server.ready(),
  ])
  assert.equal(newCarrier().carry(run, new FakeMasker()), run)
})

test('errors, notices, notifications and settings are masked in their words, not in their codes', () => {
  const error = carried(
    server.error('23505', 'duplicate', { D: 'Key (email)=(ada@example.com) already exists.', W: 'by bob@example.com' }),
  )
  assert.ok(
    error.includes('Key (email)=([mail]) already exists.') && error.includes('by [mail]') && error.includes('23505'),
  )
  assert.ok(carried(server.notice('to ada@example.com')).includes('to [mail]'))
  assert.ok(carried(server.notification('c', 'ada@example.com')).includes('[mail]'))
  assert.ok(carried(server.parameter('application_name', 'ada@example.com')).includes('[mail]'))
  assert.ok(
    carried(server.parameter('server_version', 'ada@example.com')).includes('ada@example.com'),
    "the server's own words",
  )
  assert.equal(toWords(Buffer.from(error, 'latin1')).length, 1, 'framed exactly')
})

test('a hidden description still says how rows are read', () => {
  const carrier = newCarrier()
  carrier.describe(server.columns({ name: 'n', oid: 23 }))
  const row = server.row('ada@example.com')
  assert.equal(carrier.carry(row, new FakeMasker()), row)
  carrier.describeNothing()
  assert.notEqual(carrier.carry(row, new FakeMasker()), row)
})

const copyRows = (...payloads: (string | Uint8Array)[]): string[] => {
  const frames = [server.copyOut(), ...payloads.map((payload) => server.copyData(payload)), server.copyDone]
  return toWords(Buffer.from(carried(...frames), 'latin1')).slice(1, -1)
}

test('COPY in text and csv: fields are masked, escapes are read, NULL stays', () => {
  assert.deepEqual(copyRows('1\tada@example.com\tx\n', '2\t\\N\ty\n'), ['d 1\t[mail]\tx', 'd 2\t\\N\ty'])
  assert.deepEqual(copyRows('a\\tada@example.com\\\\b\t2\n'), ['d a\\t[mail]\\\\b\t2'])
  assert.deepEqual(copyRows('\\141da@example.com\n'), ['d [mail]'])
  assert.deepEqual(copyRows('\\N ada@example.com\n'), ['d N [mail]'], 'only a whole field is NULL')
  assert.deepEqual(copyRows('1,"ada@example.com",x\n'), ['d 1,"[mail]",x'])
})

test('COPY cut by the server in mid-value is held until the line is whole', () => {
  assert.deepEqual(copyRows('1\tada@exam', 'ple.com\n', '2\tb\n'), ['d 1\t[mail]', 'd 2\tb'])
  assert.deepEqual(copyRows('ada@example.com'), ['d [mail]'], 'the last line may have no end')
})

test('a COPY line without an end is a fault, not memory', () => {
  const copy = startCopyOut(false, 10)
  assert.throws(
    () => copy.push(new Uint8Array(11), new FakeMasker()),
    (error) => error instanceof Fault && error.code === 'upstream.protocol',
  )
})

function binaryCopy(...tuples: (string | null)[][]): Uint8Array {
  const body = new ByteBuilder().bytes(Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')).int32(0).int32(0)
  for (const tuple of tuples) {
    body.int16(tuple.length)
    for (const field of tuple) body.int32(field === null ? -1 : field.length).text(field ?? '')
  }
  return body.int16(-1).done()
}

test('COPY in binary: fields are masked and lengths fit, however it is cut', () => {
  const whole = binaryCopy(['1', 'ada@example.com', null], ['2', 'x', 'bob@example.com'])
  const expected = Buffer.from(binaryCopy(['1', '[mail]', null], ['2', 'x', '[mail]']))
  fc.assert(
    fc.property(fc.array(fc.nat(whole.length), { maxLength: 4 }), (cuts) => {
      const copy = startCopyOut(true, 1000)
      const masker = new FakeMasker()
      const edges = [0, ...cuts.sort((a, b) => a - b), whole.length]
      const out = edges
        .slice(1)
        .map((end, i) => Buffer.from(copy.push(Buffer.from(whole.subarray(edges[i], end)), masker)))
      assert.deepEqual(Buffer.concat([...out, copy.end(masker)]), expected)
    }),
  )
  const clean = binaryCopy(['1'])
  assert.equal(startCopyOut(true, 1000).push(clean, new FakeMasker()), clean)
})

test('property: text COPY gives the same for every cut', () => {
  const whole = Buffer.from('1\tada@example.com\t\\n\n2\tx\\\\y\tbob@example.com\n\\N\t\t\n')
  const lines = (cuts: number[]): string => {
    const copy = startCopyOut(false, 1000)
    const masker = new FakeMasker()
    const edges = [0, ...cuts.sort((a, b) => a - b), whole.length]
    const out = edges.slice(1).map((end, i) => Buffer.from(copy.push(whole.subarray(edges[i], end), masker)))
    return Buffer.concat([...out, copy.end(masker)]).toString()
  }
  const expected = '1\t[mail]\t\\n\n2\tx\\\\y\t[mail]\n\\N\t\t\n'
  fc.assert(
    fc.property(fc.array(fc.nat(whole.length), { maxLength: 5 }), (cuts) => assert.equal(lines(cuts), expected)),
  )
})
