import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, otherDigits } from '../../../test/harness/one-class.ts'
import { paymentDetectors } from './payment.ts'

const { found, asked } = oneClass(paymentDetectors, 'pci/card')

test('cards of airlines are few, and other numbers of fifteen digits are many', () => {
  assert.deepEqual(asked('122000000000003'), ['122000000000003'])
  assert.deepEqual(found('122000000000003'), [])
  assert.deepEqual(found('card 122000000000003'), ['122000000000003'])
  for (const other of otherDigits('122000000000003', 14)) assert.deepEqual(asked(other), [], other)
  assert.deepEqual(found('180000000000002'), ['180000000000002'], 'of JCB')
})

test('cards: issuer, length, check digit', () => {
  for (const number of [
    '4111111111111111',
    '5555 5555 5555 4444',
    '378282246310005',
    '3056-930902-5904',
    '6011111111111117',
  ]) {
    assert.deepEqual(found(`paid with ${number}.`), [number])
    for (const other of otherDigits(number, number.length - 1)) assert.deepEqual(asked(other), [], other)
  }
  for (const text of ['9999999999999995', '411111111111111', '0000000000000000', '3.4111111111111111'])
    assert.deepEqual(asked(text), [], text)
})

test('lengths that are hardly issued need a word', () => {
  for (const number of [
    '4222222222222',
    '503802053770',
    '5038 0205 3770',
    '50380205377000',
    '56000000000000002',
    '560000000000010',
    '630400000000000000',
  ]) {
    if (asked(number).length === 0) assert.fail(`${number} does not fit`)
    assert.deepEqual(found(number), [], `${number} may be an order`)
    assert.deepEqual(found(`card ${number}`), [number])
    assert.deepEqual(found(number, 'cardNo'), [number])
  }
})
