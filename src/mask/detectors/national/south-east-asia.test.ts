import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, otherDigits } from '../../../../test/harness/one-class.ts'
import { philippineDetectors, thaiDetectors } from './south-east-asia.ts'

test('Thai identity numbers: province and check digit', () => {
  const { found, asked } = oneClass(thaiDetectors, 'pii/th-tnin')
  for (const number of ['1100123456786', '8500612345671']) {
    assert.deepEqual(asked(number), [number])
    assert.deepEqual(found(number), [])
    assert.deepEqual(found(`Thai ID ${number}`), [number])
    for (const other of otherDigits(number, number.length - 1)) assert.deepEqual(asked(other), [], other)
  }
  assert.deepEqual(found('1-1001-23456-78-6'), ['1-1001-23456-78-6'], 'as it is printed')
  assert.deepEqual(found('1 1001 23456 78 6'), ['1 1001 23456 78 6'])
  const rows = [
    ['3290123456781', 'no province 29'],
    ['9100123456781', 'no kind of person 9'],
    ['0000000000000', 'nobody'],
    ['11001234567860', 'too long'],
    ['1-1001 23456-78-6', 'two kinds of separators'],
    ['1-1001-23456-78-61', 'goes on'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text), [], why)
})

test('Philippine mobile numbers', () => {
  const { found, asked } = oneClass(philippineDetectors, 'pii/ph-mobile-number')
  for (const number of ['+639171234567', '+63 917 123 4567', '+63-895-123-4567', '+63 (917) 123 4567'])
    assert.deepEqual(found(`x ${number}.`), [number])
  for (const number of [
    '09171234567',
    '0917 123 4567',
    '0917-123-4567',
    '639171234567',
    '00639171234567',
    '0 (917) 123 4567',
  ]) {
    assert.deepEqual(asked(number), [number])
    assert.deepEqual(found(number), [])
    assert.deepEqual(found(`mobile ${number}`), [number])
  }
  for (const text of ['9171234567', '08001234567', '0917123456', '091712345678', '+649171234567', '1-0917-123-4567'])
    assert.deepEqual(asked(text), [], text)
})

test('Philippine tax numbers need a word', () => {
  const { found, asked } = oneClass(philippineDetectors, 'pii/ph-tin')
  for (const number of ['123-456-789', '123-456-789-000', '123 456 789 00000']) {
    assert.deepEqual(found(`TIN ${number}`), [number])
    assert.deepEqual(found(number, 'tin'), [number])
    assert.deepEqual(asked(number), [], 'a form, and no more')
  }
  for (const number of ['123456789', '123456789000', '12345678900000']) {
    assert.deepEqual(found(`TIN no. ${number}`), [number])
    assert.deepEqual(found(`tiny ${number}`), [])
  }
  for (const text of ['111-111-111', '123-456 789', '123-456-78', '9-123-456-789'])
    assert.deepEqual(found(`TIN ${text}`), [], text)
})
