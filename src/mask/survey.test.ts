import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import fc from 'fast-check'
import { plainText, type FieldContext } from '../kernel/action.ts'
import type { Masker } from '../kernel/masker.ts'
import { Secret } from '../kernel/secret.ts'
import { ValueList } from '../wire/value-list.ts'
import { bytesOrEdge, nonWord } from './engine/byte-set.ts'
import { createMasking } from './index.ts'
import { Survey } from './survey.ts'
import { allRules } from '../../test/harness/all-rules.ts'
import { runs, size } from '../../test/harness/depth.ts'
import { hideAll } from '../../test/harness/masking.ts'

const masking = createMasking({ key: new Secret(new Uint8Array(32).fill(7)), operators: {} })
const fields: readonly FieldContext[] = [
  plainText,
  ...['note', 'card_number', 'password', 'first_name', 'birth_date'].map((name): FieldContext => ({
    name,
    content: 'text',
  })),
]
const fragments = [
  '4111 1111 1111 1111', '4111111111111111', 'alice@example.com', '123-45-6789', 'SSN 123456789', 'my card is ', '536904399',
  '2026-09-11 10:21:31.123456+00', '3a15582f-36c2-450b-ad52-a776d567d2b3', 'ORD-12345678', 'invoice', 'DE89370400440532013000', '\\u0040',
  '4111\u200b111111111111', '\uff14111111111111111', 'YWxpY2VAZXhhbXBsZS5jb20sIGFsaWNlQGV4YW1wbGUuY29t', 'password=hunter2hunter2', 'api_key: ',
  'sk-ant-REDACTED', 'postgres://u:secretpw@h/db', '+49 30 1234567', '81.2.69.142', '1', ' ', 'Alice Miller', 'phone', 'is199003052397',
  '-----BEGIN PRIVATE KEY-----', '&#64;', 'x', '"', '\x1e', ':', '=', '**4111111111111111**', 'lorem ipsum dolor sit amet',
] // prettier-ignore
/** What may stand between values: a separator, a length that looks like text, nothing. */
const gaps = ['\t', '\n', '\0\0\0\x10', '\0\0\x004', '\0\0\0A', '', '@', '  ', '\xff\xff\xff\xff']

interface Row {
  readonly bytes: Uint8Array
  readonly list: ValueList
  readonly fields: readonly FieldContext[]
}

function toRow(cells: readonly (readonly [string, number, string])[]): Row {
  const list = new ValueList()
  const parts: Buffer[] = []
  let at = 0
  for (const [text, , gap] of cells) {
    const bytes = Buffer.from(text)
    const between = Buffer.from(gap, 'latin1')
    if (bytes.length > 0) list.add(at, at + bytes.length)
    parts.push(bytes, between)
    at += bytes.length + between.length
  }
  const named = cells.filter(([text]) => text !== '').map(([, field]) => fields[field % fields.length] ?? plainText)
  return { bytes: Buffer.concat(parts), list, fields: named }
}

function answers(masker: Pick<Masker, 'value'>, { bytes, list, fields: named }: Row): (string | null)[] {
  return Array.from({ length: list.count }, (_, i) => {
    const masked = masker.value(bytes, list.starts[i] ?? 0, list.ends[i] ?? 0, named[i] ?? plainText)
    return masked === null ? null : Buffer.from(masked).toString('latin1')
  })
}

function assertSame(row: Row): void {
  const alone = masking.open(hideAll)
  const surveyed = masking.open(hideAll)
  const over = surveyed.over?.(row.bytes, row.list)
  assert.ok(over)
  assert.deepEqual(answers(over, row), answers(alone, row))
  assert.deepEqual(surveyed.drain(), alone.drain())
}

const text = fc.array(fc.constantFrom(...fragments), { maxLength: 4 }).map((some) => some.join(''))
const cell = fc.tuple(text, fc.nat(fields.length - 1), fc.constantFrom(...gaps))

test('property: values that are surveyed together have the findings of each alone', () => {
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 40 }), (cells) => assertSame(toRow(cells))),
    { numRuns: runs(1_000) },
  )
})

test('each alone, and beside every gap', () => {
  for (const fragment of fragments)
    for (const gap of gaps) assertSame(toRow([['abc', 0, gap], [fragment, 0, gap], ['xyz', 0, gap]])) // prettier-ignore
})

test('more rows than are looked at at once, and a value that is longer than that', () => {
  const cells = Array.from(
    { length: size(4_000, 1_000) },
    (_, i) => [`${fragments[i % fragments.length] ?? ''}${i}`, i, gaps[i % gaps.length] ?? ''] as const,
  )
  assertSame(toRow(cells))
  const long = `${'lorem ipsum '.repeat(3_000)}4111111111111111 `
  assertSame(toRow([['a', 0, '\t'], [long, 0, '\t'], ['bob@example.com', 0, '\n'], ...cells])) // prettier-ignore
})

test('a value that was not listed, and one in other bytes, are looked at alone', () => {
  const row = toRow([['harmless', 0, '\t'], ['4111111111111111', 0, '\t']]) // prettier-ignore
  const masker = masking.open(hideAll)
  const over = masker.over?.(row.bytes, row.list)
  const card = Buffer.from('harmless 4111111111111111')
  assert.notEqual(over?.value(card, 0, card.length, plainText), null)
  assert.notEqual(over?.value(row.bytes, 0, row.bytes.length, plainText), null)
  assert.notEqual(over?.value(row.bytes, 9, 25, plainText), null)
})

test('who was shown values before another one began asks for each alone', () => {
  const harmless = toRow([['harmless', 0, '\t'], ['x'.repeat(30), 0, '\t']]) // prettier-ignore
  const telling = toRow([['harmless', 0, '\t'], ['a@example.com 4111111111111111', 0, '\t']]) // prettier-ignore
  const [one, two] = [masking.open(hideAll), masking.open(hideAll)]
  const first = one.over?.(telling.bytes, telling.list)
  two.over?.(harmless.bytes, harmless.list)
  assert.ok(first)
  assert.deepEqual(answers(first, telling), answers(masking.open(hideAll), telling))
})

test('ordinary values are clear, and what stands in one of them makes no other unclear', () => {
  const survey = new Survey(allRules)
  const values = [
    '12345678',
    '2026-09-11 10:21:31.123456+00',
    'account',
    '987654321',
    'ORD-12345678',
    '4111111111111111',
    'true',
  ]
  const rows = Array.from({ length: 4 }, () => values).flat()
  const { bytes, list } = toRow(rows.map((one) => [one, 0, '\t']))
  const clear = (): boolean[] => {
    survey.begin(bytes, list)
    return rows.map((_, i) => survey.isClear(list.starts[i] ?? 0, list.ends[i] ?? 0))
  }
  // The first look makes states.
  clear()
  assert.deepEqual(
    clear(),
    rows.map((one) => !one.startsWith('4111')),
  )
})

test('a detector of whole values that needs no word is not overlooked', () => {
  const whole = {
    id: 'whole',
    dataClass: 'pii/person',
    pattern: '[A-Z][a-z]+',
    left: bytesOrEdge(''),
    right: bytesOrEdge(''),
  }
  const options = { key: new Secret(new Uint8Array(32).fill(7)), operators: {} }
  const masker = createMasking({ ...options, detectors: [{ ...whole, maxBytes: 40, score: 0.9 }] }).open(() => false)
  const row = toRow([['Alice', 0, '\t'], ['1', 0, '\t']]) // prettier-ignore
  const over = masker.over?.(row.bytes, row.list)
  assert.ok(over)
  assert.deepEqual(
    answers(over, row).map((one) => one !== null),
    [true, false],
  )
})

test('a detector that could begin with anything, between values and behind them, too', () => {
  const options = { key: new Secret(new Uint8Array(32).fill(7)), operators: {} }
  const anything = {
    id: 'any',
    dataClass: 'pii/any',
    pattern: '[^a-z][^a-z]{3}',
    left: nonWord,
    right: nonWord,
    words: ['card'],
  }
  const masking4 = createMasking({ ...options, detectors: [{ ...anything, maxBytes: 4, score: 0.2 }] })
  const row = toRow(Array.from({ length: 60 }, (_, i) => [i % 7 === 0 ? 'card 1234' : 'ab 12', 0, '\t'] as const))
  for (let look = 0; look < 3; look++) {
    const over = masking4.open(() => false).over?.(row.bytes, row.list)
    assert.ok(over)
    assert.deepEqual(
      answers(over, row),
      answers(
        masking4.open(() => false),
        row,
      ),
    )
  }
})
