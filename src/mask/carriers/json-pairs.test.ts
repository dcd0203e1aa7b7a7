// What is named beside a value, where it ends: bounds, order, and what findings say of it. Which names count is in corpus/mask/json.json.

import assert from 'node:assert/strict'
import test from 'node:test'
import { json, maskPieces, maskValue, newMasking, toBytes } from '../../../test/harness/masking.ts'

const masking = newMasking()
const mark = '[redacted:secret/generic-assignment]'

function masked(value: unknown): unknown {
  return JSON.parse(maskValue(masking, JSON.stringify(value), json).text)
}

test('a finding is told under the key, never under the text that names it', () => {
  const { findings } = maskValue(masking, '{"name":"Alice Smith password","value":"x"}', json)
  assert.deepEqual(findings, [{ class: 'secret/generic-assignment', rule: 'named-secret', field: 'value', count: 1 }])
})

test('a name that is longer than names are is a text, and hides none of those beside it', () => {
  const long = `${'a'.repeat(130)} password`
  assert.deepEqual(masked({ name: long, value: 'x' }), { name: long, value: 'x' })
  assert.deepEqual(masked({ label: 'password', name: long, value: 'x' }), {
    label: 'password',
    name: long,
    value: mark,
  })
  const longest = `${'a'.repeat(119)}_password`
  assert.equal(longest.length, 128)
  assert.deepEqual(masked({ name: longest, value: 'x' }), { name: longest, value: mark })
  const longer = JSON.stringify({ name: `${longest} and more`, value: 'x' })
  const single = Array.from(toBytes(longer), (byte) => Uint8Array.of(byte))
  assert.equal(maskPieces(masking, single, json).text, longer)
})

test('names beyond what an object may keep are forgotten, and those before them are not', () => {
  const [first, filling] = ['"name":"password"', '"label":"of no meaning",'.repeat(40)]
  const late = `{${filling}${first},"value":"x"}`
  assert.equal(maskValue(masking, late, json).text, late)
  assert.equal(
    maskValue(masking, `{${first},${filling}"value":"x"}`, json).text,
    `{${first},${filling}"value":"${mark}"}`,
  )
})

test('names of an object are gone with it, at every depth', () => {
  const deep = (depth: number): unknown =>
    depth === 0 ? { value: 'x' } : { name: 'password', a: deep(depth - 1), b: [{ value: 'y' }], value: 'z' }
  const expected = (depth: number): unknown =>
    depth === 0 ? { value: 'x' } : { name: 'password', a: expected(depth - 1), b: [{ value: 'y' }], value: mark }
  assert.deepEqual(masked(deep(100)), expected(100))
})

test('what is longer than is held goes on behind a cut', () => {
  const long = `${'name '.repeat(120)}of `
  for (const [before, after] of [
    [`{"${long}alice@exam`, 'ple.com":1}'],
    [`{"name":"phone","text":"${long}alice@exam`, 'ple.com"}'],
  ] as const) {
    const { text, findings } = maskPieces(masking, [toBytes(before), toBytes(after)], json)
    assert.ok(!text.includes('alice') && !text.includes('ple.com'), text)
    assert.deepEqual(Object.keys(JSON.parse(text) as object).length, before.startsWith('{"name"') ? 2 : 1)
    assert.deepEqual([findings.length, findings[0]?.class], [1, 'pii/email'])
  }
})

test('a text of several lines or words is looked at under its name, and is no secret for its name alone', () => {
  const text = (value: string): unknown => masked({ name: 'wifi_password', content: value })
  assert.deepEqual(text('hunter2'), { name: 'wifi_password', content: mark })
  assert.deepEqual(text('two\nlines'), { name: 'wifi_password', content: 'two\nlines' })
  assert.deepEqual(text('w'.repeat(129)), { name: 'wifi_password', content: 'w'.repeat(129) })
  assert.deepEqual(text(''), { name: 'wifi_password', content: '' })
})

test('what a text hides of its own is found at any length, in its place', () => {
  const about = 'words '.repeat(30)
  const value = JSON.stringify([{ name: 'ssn', text: `${about}alice@example.com`, x: 1 }])
  const whole = maskValue(masking, value, json).text
  assert.match(whole, /^\[\{"name":"ssn","text":"(?:words ){30}u_[a-z0-9]+@masked\.invalid","x":1\}\]$/)
  const single = Array.from(toBytes(value), (byte) => Uint8Array.of(byte))
  assert.equal(maskPieces(masking, single, json).text, whole)
})

test('a value that ends in the middle of a text is masked as far as it came', () => {
  const value = '{"name":"password","text":"hunt'
  assert.equal(maskValue(masking, value, json).text, `{"name":"password","text":"${mark}`)
})

test('what a principal may see is not hidden by a name beside it', () => {
  const masker = masking.open((dataClass) => dataClass === 'secret/generic-assignment')
  const bytes = toBytes('{"name":"password","value":"x","text":"y"}')
  assert.equal(masker.value(bytes, 0, bytes.length, json), null)
})

test('a name beside a value speaks for things, and never against what the value shows by itself', () => {
  const card = '4111 1111 1111 1111'
  for (const name of ['order_id', 'uuid', 'trace'])
    assert.deepEqual(masked({ name, value: card }), { name, value: '**** **** **** 1111' })
})
