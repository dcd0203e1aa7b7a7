// What a target says, carried: any cut gives the same, unchanged bytes are the same object, every place for text is looked at.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeMasker } from '../../../test/harness/fake-masker.ts'
import { Fault } from '../../kernel/fault.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import { ColumnCache } from './columns.ts'
import { CopyOut } from './copy-out.ts'
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
  assert.deepEqual(copyRows('1,\\1@example.com,x\n'), ['d 1,\\[mail],x'], 'a backslash of csv is none of text')
})

test('COPY: fields are looked at under the names that the statement tells, wherever it is cut', () => {
  const seen = (isBinary: boolean, ...messages: readonly (string | Uint8Array)[]): string[] => {
    const carrier = newCarrier()
    carrier.describeCopies([{ direction: 'out', kind: 'stdout', columns: ['id', null, 'note'], lines: null }])
    const masker = new FakeMasker()
    const fields: string[] = []
    masker.value = (bytes, start, end, field) => {
      fields.push(`${field.name} ${Buffer.from(bytes).toString('latin1', start, end)}`)
      return null
    }
    const frames = messages.map((message) => server.copyData(message))
    carrier.carry(Buffer.concat([server.copyOut(isBinary ? 1 : 0), ...frames, server.copyDone]), masker)
    return fields
  }
  const expected = ['id 1', 'null x', 'note a', 'null more', 'id 2', 'note b']
  assert.deepEqual(seen(false, '1\tx\ta\tmore\n', '2\t\tb\n'), expected)
  assert.deepEqual(seen(false, '1\tx\ta\tmo', 're\n2\t\tb\n'), expected)
  const tuples = binaryCopy(['1', 'x', 'a', 'more'], ['2', null, 'b'])
  assert.deepEqual(seen(true, tuples), expected)
  assert.deepEqual(seen(true, tuples.subarray(0, 40), tuples.subarray(40)), expected)
})

test('COPY cut by the server in mid-value is held until the line is whole', () => {
  assert.deepEqual(copyRows('1\tada@exam', 'ple.com\n', '2\tb\n'), ['d 1\t[mail]', 'd 2\tb'])
  assert.deepEqual(copyRows('ada@example.com'), ['d [mail]'], 'the last line may have no end')
})

test('a COPY line without an end is a fault, not memory', () => {
  const copy = new CopyOut(false, 10)
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
      const copy = new CopyOut(true, 1000)
      const masker = new FakeMasker()
      const edges = [0, ...cuts.sort((a, b) => a - b), whole.length]
      const out = edges
        .slice(1)
        .map((end, i) => Buffer.from(copy.push(Buffer.from(whole.subarray(edges[i], end)), masker)))
      assert.deepEqual(Buffer.concat([...out, copy.end(masker)]), expected)
    }),
  )
  const clean = binaryCopy(['1'])
  assert.equal(new CopyOut(true, 1000).push(clean, new FakeMasker()), clean)
})

test('property: text COPY gives the same for every cut', () => {
  const whole = Buffer.from('1\tada@example.com\t\\n\n2\tx\\\\y\tbob@example.com\n\\N\t\t\n')
  const lines = (cuts: number[]): string => {
    const copy = new CopyOut(false, 1000)
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

test('COPY in binary that breaks off: what came of it is looked at', () => {
  const whole = Buffer.from(binaryCopy(['1', 'ada@example.com', 'end']))
  const rest = (bytes: Uint8Array): string => {
    const copy = new CopyOut(true, 1000)
    const masker = new FakeMasker()
    return Buffer.concat([Buffer.from(copy.push(bytes, masker)), copy.end(masker)]).toString('latin1')
  }
  for (let length = 0; length <= whole.length; length++) {
    const got = rest(whole.subarray(0, length))
    assert.ok(!got.includes('ada@example.com'), `${length} bytes`)
    assert.ok(got.length <= length, `${length} bytes`)
  }
  assert.ok(rest(Buffer.from('ada@example.com')).includes('[mail]'), 'a head that never was one')
})

test('the head of a COPY in binary is what it says, and has no room for a value', () => {
  const head = (extension: string, signature = 'PGCOPY\n\xff\r\n\0'): Uint8Array =>
    new ByteBuilder()
      .bytes(Buffer.from(signature, 'latin1'))
      .int32(0)
      .int32(extension.length)
      .text(extension)
      .int16(-1)
      .done()
  const carriedHead = (bytes: Uint8Array): Uint8Array => new CopyOut(true, 1000).push(bytes, new FakeMasker())
  assert.deepEqual(Buffer.from(carriedHead(head('by ada@example.com'))), Buffer.from(head('by [mail]')))
  const isRefused = (error: unknown): boolean => error instanceof Fault && error.code === 'upstream.protocol'
  assert.throws(() => carriedHead(head('', 'PGCOPX\n\xff\r\n\0')), isRefused)
  assert.throws(() => carriedHead(head('x'.repeat(65_537))), isRefused)
})

/** What a carrier makes of whole frames, given to it in runs of any number. */
function carriedInRuns(frames: readonly Uint8Array[], sizes: readonly number[]): Buffer {
  const carrier = newCarrier()
  const masker = new FakeMasker()
  const out: Uint8Array[] = []
  for (let at = 0, turn = 0; at < frames.length; turn++) {
    const count = 1 + (sizes[turn % sizes.length] ?? 0)
    out.push(Buffer.from(carrier.carry(Buffer.concat(frames.slice(at, at + count)), masker)))
    at += count
  }
  return Buffer.concat([...out, carrier.finish(masker)])
}

const runs = fc.array(fc.nat(9), { minLength: 1, maxLength: 8 })
const value = fc.constantFrom('', 'x', 'ada@example.com', 'to bob@example.com and carol@example.com', 'y'.repeat(70))
const toShown = (text: string): string => text.replaceAll(/\w+@example\.com/g, '[mail]')

test('property: rows are the same however many are carried at once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.option(value), { minLength: 2, maxLength: 2 }), { maxLength: 40 }),
      runs,
      (rows, sizes) => {
        const columns = server.columns({ name: 'a' }, { name: 'b' })
        const frames = rows.map((row) => server.row(...row))
        const expected = rows.map((row) => server.row(...row.map((cell) => (cell === null ? null : toShown(cell)))))
        const got = carriedInRuns([columns, ...frames, server.complete('SELECT')], sizes)
        assert.deepEqual(got, Buffer.concat([columns, ...expected, server.complete('SELECT')]))
      },
    ),
  )
})

test('property: COPY is the same data however it is cut into messages and messages into runs', () => {
  const data = fc.array(fc.array(value, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(data, fc.array(fc.nat(), { maxLength: 8 }), runs, fc.boolean(), (rows, cuts, sizes, isBinary) => {
      const toBytes = (shown: (text: string) => string): Buffer =>
        isBinary
          ? Buffer.from(binaryCopy(...rows.map((row) => row.map(shown))))
          : Buffer.from(rows.map((row) => `${row.map(shown).join('\t')}\n`).join(''))
      const whole = toBytes((text) => text)
      const edges = [0, ...cuts.map((cut) => cut % whole.length), whole.length].sort((a, b) => a - b)
      const messages = edges.slice(1).map((end, i) => server.copyData(whole.subarray(edges[i], end)))
      const got = carriedInRuns([server.copyOut(isBinary ? 1 : 0), ...messages, server.copyDone], sizes)
      const payloads: Buffer[] = []
      for (let at = 0; at < got.length; at += 1 + got.readInt32BE(at + 1))
        if (got[at] === 'd'.charCodeAt(0)) payloads.push(got.subarray(at + 5, at + 1 + got.readInt32BE(at + 1)))
      assert.deepEqual(Buffer.concat(payloads), toBytes(toShown))
    }),
  )
})
