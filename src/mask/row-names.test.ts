// Rows that name themselves: in any order of columns, only within their row, and told in no finding.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import fc from 'fast-check'
import { runs } from '../../test/harness/depth.ts'
import { hideAll, newMasking } from '../../test/harness/masking.ts'
import type { FieldContext } from '../kernel/action.ts'
import type { Masker, RowColumn, ValueMasker } from '../kernel/masker.ts'
import { ValueList } from '../wire/value-list.ts'

const masking = newMasking()
const mark = '[redacted:secret/generic-assignment]'

type Row = readonly (string | null)[]

function columnsOf(...names: readonly string[]): readonly RowColumn[] {
  return names.map((name) => {
    const [plain = '', content = 'text'] = name.split(' ')
    return { field: { name: plain, content: content as FieldContext['content'] } }
  })
}

/** As a protocol shows a row: names first, then its values. */
function maskRow(masker: ValueMasker, columns: readonly RowColumn[], row: Row, bytes = row.map(toBytes)): Row {
  const told = masker.row?.(columns) ?? null
  for (const column of told?.columns ?? []) {
    const name = bytes[column]
    if (name !== undefined && row[column] !== null) told?.tell(column, name, 0, name.length)
  }
  return row.map((cell, i) => {
    const [value, field] = [bytes[i], columns[i]?.field]
    if (cell === null || value === undefined || field === undefined) return null
    const out = masker.value(value, 0, value.length, field)
    return out === null ? cell : Buffer.from(out).toString()
  })
}

function toBytes(cell: string | null): Buffer {
  return Buffer.from(cell ?? '')
}

function masked(names: string, ...rows: readonly Row[]): readonly Row[] {
  const masker = masking.open(hideAll)
  const columns = columnsOf(...names.split(', '))
  return rows.map((row) => maskRow(masker, columns, row))
}

test('a value is judged under what its row names, and under nothing that another row did', () => {
  assert.deepEqual(masked('name, value', ['smtp_password', 'tcun'], ['mode', 'fast'], [null, 'x'], ['jwt', 'y']), [
    ['smtp_password', mark],
    ['mode', 'fast'],
    [null, 'x'],
    ['jwt', mark],
  ])
})

for (const names of [
  'option_name, option_value',
  'meta_key, meta_value',
  'attribute, val',
  'Key, Value',
  'ConfigKey, ConfigVal',
  'variable_name, variable_value',
  'k, v',
  'label, content',
  'name, setting',
  'setting, value',
  'property, default',
  'attribute_code, value',
  'type, number',
])
  // prettier-ignore
  test(`columns of a pair: ${names}`, () => {
    assert.deepEqual(masked(names, ['api_key', 'x1y2']), [['api_key', mark]])
    const turned = names.split(', ').toReversed().join(', ')
    assert.deepEqual(masked(turned, ['x1y2', 'api_key']), [[mark, 'api_key']], 'the value comes first')
  })

test('several names and several values', () => {
  const [row] = masked('id, old, kind, new, name, note', ['7', 'a', 'text', 'b', 'db_password', 'as it was'])
  assert.deepEqual(row, ['7', mark, 'text', mark, 'db_password', 'as it was'])
  const [numbers] = masked('code, name, value', ['of no meaning', 'ssn', '536904399'])
  assert.deepEqual(numbers, ['of no meaning', 'ssn', '000-20-6538'])
})

test('how a name is written: padded, a label, a path', () => {
  for (const name of ['password      ', 'Password:', '/prod/db/password', 'app.settings.jwt_secret', 'SMTP Passwort'])
    assert.deepEqual(masked('name, value', [name, 'x']), [[name, mark]])
})

test('a setting holds what its row names, and does not name itself', () => {
  assert.deepEqual(
    masked('name, setting, boot_val', ['app.api_key', 'x', 'y'], ['password_encryption', 'md5', 'md5']),
    [
      ['app.api_key', mark, mark],
      ['password_encryption', 'md5', 'md5'],
    ],
  )
  assert.deepEqual(masked('setting', ['password']), [['password']])
  assert.deepEqual(masked('setting, setting', ['password', 'x']), [['password', 'x']])
})

test('a text is what its row names only when it is short, and a secret only when it is one word', () => {
  const text = (value: string): unknown => masked('title, content', ['wifi_password', value])[0]?.[1]
  assert.equal(text('hunter2'), mark)
  assert.equal(text('It must have 8 letters.'), 'It must have 8 letters.')
  assert.equal(text('w'.repeat(129)), 'w'.repeat(129))
  assert.deepEqual(masked('type, text', ['token', 'if']), [['token', 'if']], 'a piece of a program')
  assert.deepEqual(masked('name, value', ['wifi_password', 'It is not short.']), [['wifi_password', mark]])
})

test('JSON under a name stays JSON', () => {
  assert.deepEqual(masked('key, value json', ['api_key', '{"a":"x"}'], ['mode', '{"a":"x"}'], ['jwt', '"x"']), [
    ['api_key', `"${mark}"`],
    ['mode', '{"a":"x"}'],
    ['jwt', `"${mark}"`],
  ])
  assert.deepEqual(masked('key, value json', ['ssn', '["536904399",{"value":536904399,"of":"536904399"}]']), [
    ['ssn', '["000-20-6538",{"value":0,"of":"536904399"}]'],
  ])
  assert.deepEqual(masked('type, payload json', ['password', '{"by":"me","value":"x"}'], ['password', '"x"']), [
    ['password', `{"by":"me","value":"${mark}"}`],
    ['password', `"${mark}"`],
  ])
  assert.deepEqual(masked('password json', ['{"a":"x"}']), [[`"${mark}"`]], 'and under the name of its column, too')
})

test('findings tell the column, and what may not be masked stays', () => {
  const columns = columnsOf('name', 'value')
  const masker = masking.open(hideAll)
  maskRow(masker, columns, ['Alice Smith password', 'x'])
  const [finding] = masker.drain().findings
  assert.deepEqual(finding, { class: 'secret/generic-assignment', rule: 'named-secret', field: 'value', count: 1 })
  const sees = masking.open((dataClass) => dataClass === 'secret/generic-assignment')
  assert.deepEqual(maskRow(sees, columns, ['password', 'x']), ['password', 'x'])
})

test('rows in which nothing names or nothing holds are not asked for names', () => {
  const masker = masking.open(hideAll)
  for (const names of ['id, email, note', 'name, note', 'value, note', 'id opaque, value', 'setting, note', 'note'])
    assert.equal(masker.row?.(columnsOf(...names.split(', '))), null, names)
  assert.equal(masker.row?.([]), null)
})

test('a row of another kind forgets what was told before it', () => {
  const masker = masking.open(hideAll)
  const [pair, alone] = [columnsOf('name', 'value'), columnsOf('value')]
  assert.deepEqual(maskRow(masker, pair, ['password', 'x']), ['password', mark])
  assert.deepEqual(maskRow(masker, alone, ['x']), ['x'])
  assert.deepEqual(maskRow(masker, pair, ['password', null]), ['password', null])
  assert.deepEqual(maskRow(masker, [], []), [])
  assert.deepEqual(maskRow(masker, alone, ['x']), ['x'])
})

test('a name that is longer than names are hides none of the others, and so many columns are asked for and no more', () => {
  const long = `${'a'.repeat(130)} password`
  assert.deepEqual(masked('name, key, value', [long, 'jwt', 'x'], [long, 'mode', 'x']), [
    [long, 'jwt', mark],
    [long, 'mode', 'x'],
  ])
  const many = columnsOf(...Array.from({ length: 40 }, (_, i) => `a${i}_name`), 'value')
  assert.equal(masking.open(hideAll).row?.(many)?.columns.length, 16)
})

const texts = [
  'password',
  'ssn',
  'phone',
  'mode',
  '',
  'hunter2',
  '536904399',
  '4155550132',
  'alice@example.com',
  '4111111111111111',
  'It is a text.',
]
const cell = fc.option(fc.constantFrom(...texts)) // prettier-ignore
const kinds = ['name', 'value', 'text', 'note', 'type', 'setting', 'id', 'value json', 'password'].map((one) => columnsOf(one)[0]) // prettier-ignore

/** The rows as one stretch of bytes, with what stands between values. */
function stretchOf(rows: readonly Row[]): { bytes: Buffer; list: ValueList; places: readonly Buffer[][] } {
  const list = new ValueList()
  const bytes = Buffer.from(rows.map((row) => row.map((one) => `\0${one ?? ''}`).join('')).join(''))
  let at = 0
  const places = rows.map((row) =>
    row.map((one) => {
      const [start, end] = [at + 1, at + 1 + (one ?? '').length]
      at = end
      if (end > start) list.add(start, end)
      return bytes.subarray(start, end)
    }),
  )
  return { bytes, list, places }
}

/** Values that are shown as parts of the stretch are shown where they lie in it. */
function inStretch(over: ValueMasker, bytes: Uint8Array): ValueMasker {
  return {
    row: (columns) => over.row?.(columns) ?? null,
    value: (part, start, end, field) => {
      const from = part.byteOffset - bytes.byteOffset
      return over.value(bytes, from + start, from + end, field)
    },
  }
}

test('a value that a survey would clear is not clear when its row names it', () => {
  const columns = columnsOf('name', 'value')
  const rows = Array.from({ length: 12 }, (_, i) => [i % 3 === 0 ? 'ssn' : 'mode', '536904399'])
  const { bytes, list, places } = stretchOf(rows)
  // The first look makes states.
  for (let look = 0; look < 3; look++) {
    const over = masking.open(hideAll).over?.(bytes, list)
    assert.ok(over)
    const shown = rows.map((row, i) => maskRow(inStretch(over, bytes), columns, row, places[i])[1])
    assert.deepEqual(
      shown.map((value) => value === '536904399'),
      rows.map(([name]) => name === 'mode'),
    )
  }
})

test('property: rows that are surveyed together have the findings of each alone', () => {
  const columns = fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 5 })
  const rows = fc.array(fc.array(cell, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(columns, rows, (some, all) => {
      const chosen = some.filter((one) => one !== undefined)
      const cut = all.map((row) => row.slice(0, chosen.length))
      const { bytes, list, places } = stretchOf(cut)
      const surveyed: Masker = masking.open(hideAll)
      const over = surveyed.over?.(bytes, list)
      assert.ok(over)
      const shown = inStretch(over, bytes)
      const together = cut.map((row, i) => maskRow(shown, chosen, row, places[i]))
      const alone = masking.open(hideAll)
      const each = cut.map((row) => maskRow(alone, chosen, row))
      assert.deepEqual(together, each)
      assert.deepEqual(surveyed.drain(), alone.drain())
      const fresh = cut.map((row) => maskRow(masking.open(hideAll), chosen, row))
      assert.deepEqual(each, fresh, 'no row depends on another')
    }),
    { numRuns: runs(500) },
  )
})
