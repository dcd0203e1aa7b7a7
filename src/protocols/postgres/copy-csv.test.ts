// COPY OUT by the signs that its statement chose: a client may choose them so that no value looks like itself.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cardMask, FakeMasker, mailMask } from '../../../test/harness/fake-masker.ts'
import type { CopyLines, SqlCopy } from '../../languages/sql/facts.ts'
import { ColumnCache } from './columns.ts'
import { CopyOut } from './copy-out.ts'
import { ResponseCarrier } from './response-carrier.ts'
import { server, toWords } from './testing/messages.ts'

function csv(signs: Partial<CopyLines> = {}): CopyLines {
  const quote = signs.quote ?? '"'
  return { isCsv: true, delimiter: ',', escape: quote, ...signs, quote }
}

function text(delimiter: string): CopyLines {
  return { isCsv: false, delimiter, quote: '"', escape: '"' }
}

function masked(lines: CopyLines, ...messages: readonly string[]): string {
  const copy = new CopyOut(false, 1000, { columns: [], lines })
  const masker = new FakeMasker()
  const out = messages.map((message) => Buffer.from(copy.push(Buffer.from(message), masker)))
  return Buffer.concat([...out, copy.end(masker)]).toString()
}

test('fields of csv are masked where they lie, and only they', () => {
  assert.equal(masked(csv(), '7,4111111111111111,12\n'), `7,${cardMask},12\n`)
  assert.equal(masked(csv(), '"7","ada@example.com",""\n,,x\n'), `"7","${mailMask}",""\n,,x\n`)
  assert.equal(masked(csv(), '"say ""ada@example.com""",x\n'), `"say ""${mailMask}""",x\n`)
  assert.equal(masked(csv(), '"one\nada@example.com",\\141da@example.com\n'), `"one\n${mailMask}",\\${mailMask}\n`)
})

test('bypass: a quote, an escape or a delimiter that is part of the value', () => {
  assert.equal(masked(csv({ quote: '@' }), '@ada@@example.com@,x\n'), `@${mailMask}@,x\n`)
  assert.equal(masked(csv({ quote: '1' }), `14${'11'.repeat(15)}1,x\n`), `1${cardMask}1,x\n`)
  assert.equal(masked(csv({ escape: '1' }), `"4${'11'.repeat(15)}",x\n`), `"${cardMask}",x\n`)
  assert.equal(masked(csv({ delimiter: '.' }), '"ada@example.com".x\n'), `"${mailMask}".x\n`)
  assert.equal(masked(csv({ delimiter: '[' }), 'ada@example.com[x\n'), `"${mailMask}"[x\n`, 'quoted when it must be')
  assert.equal(masked(text('@'), 'ada\\@example.com@4111111111111111\n'), `${mailMask}@${cardMask}\n`)
  assert.equal(masked(text('['), 'ada@example.com[x\n'), '\\[mail][x\n', 'the mask is no delimiter')
})

test('each COPY of a text is read by its own signs, under its own names', () => {
  const carrier = new ResponseCarrier(new ColumnCache())
  const copy = (columns: readonly string[], lines: CopyLines): SqlCopy => ({
    direction: 'out',
    kind: 'stdout',
    columns,
    lines,
  })
  carrier.describeCopies([copy(['a'], text('\t')), copy(['b'], csv({ quote: '@' }))])
  const masker = new FakeMasker()
  const frames = [
    server.copyOut(0),
    server.copyData('ada@example.com\n'),
    server.copyDone,
    server.copyOut(0),
    server.copyData('@ada@@example.com@\n'),
    server.copyDone,
  ]
  assert.deepEqual(
    toWords(carrier.carry(Buffer.concat(frames), masker)).filter((word) => word.startsWith('d ')),
    [`d ${mailMask}`, `d @${mailMask}@`],
  )
  assert.deepEqual(masker.fields, ['a', 'b'])
})

test('property: what has nothing to mask passes as it came, under any signs and any cut', () => {
  const sign = fc.constantFrom(',', ';', '"', "'", '|', 'x', '1', '\\', '@')
  fc.assert(
    fc.property(
      fc.record({ delimiter: sign, quote: sign, escape: sign }),
      fc.array(fc.constantFrom('a', '1', ',', '"', 'x', '@', '\n', '\\', "'")),
      fc.nat(20),
      (signs, parts, cut) => {
        const whole = parts.join('')
        assert.equal(masked(csv(signs), whole.slice(0, cut), whole.slice(cut)), whole)
      },
    ),
  )
})

test('property: csv as the server writes it is read as it was meant', () => {
  const value = fc.constantFrom(
    'ada@example.com',
    'x',
    '',
    'a"b',
    'say, "ada@example.com"',
    '4111111111111111',
    "it's",
    '1',
  )
  const sign = fc.constantFrom('"', "'", '@', '1', 'a')
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 5 }),
      sign,
      sign,
      fc.boolean(),
      (row, quote, escape, force) => {
        const write = (one: string): string => {
          const isQuoted = force || [',', '\n', quote].some((char) => one.includes(char))
          const inner = Array.from(one, (char) => (char === quote || char === escape ? escape + char : char)).join('')
          return isQuoted ? quote + inner + quote : one
        }
        const out = masked(csv({ quote, escape }), `${row.map(write).join(',')}\n`)
        const read = new CopyOut(false, 1000, { columns: [], lines: csv({ quote, escape }) })
        const seen: string[] = []
        const masker = new FakeMasker()
        masker.value = (bytes, start, end) => {
          seen.push(Buffer.from(bytes.subarray(start, end)).toString())
          return null
        }
        read.push(Buffer.from(out), masker)
        const expected = row.map((one) =>
          one.replace('ada@example.com', mailMask).replace('4111111111111111', cardMask),
        )
        assert.deepEqual(
          seen,
          expected.filter((one) => one !== ''),
        )
      },
    ),
  )
})
