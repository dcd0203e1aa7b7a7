import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, otherDigits } from '../../../test/harness/one-class.ts'
import { ibanDetectors } from './iban.ts'

const { found } = oneClass(ibanDetectors, 'pii/iban')

test('an account has the length of its country and its check digits', () => {
  for (const text of [
    'DE89370400440532013000',
    'GB82 WEST 1234 5698 7654 32',
    'no9386011117947',
    'BE68-5390-0754-7034',
    'SC18 SSCB 1101 0000 0000 0000 1497 USD',
  ]) {
    assert.deepEqual(found(`to ${text}, soon`), [text])
    for (const other of otherDigits(text, 3)) assert.deepEqual(found(other), [], other)
    for (const other of otherDigits(text, text.length - 1)) assert.deepEqual(found(other), [], other)
  }
})

test('another length, another country or a piece of something longer is none', () => {
  for (const text of [
    'DE8937040044053201300',
    'DE893704004405320130000',
    'ZZ89370400440532013000',
    'xDE89370400440532013000',
  ])
    assert.deepEqual(found(text), [], text)
  assert.deepEqual(found('GB82 WEST 1234 5698 7654 32 and more'), ['GB82 WEST 1234 5698 7654 32'])
})

test('check digits that no computation gives are none: our own tokens have them', () => {
  assert.deepEqual(found('DE00370400440000000060'), [], 'its sum fits')
  for (const digits of ['00', '01', '99']) assert.deepEqual(found(`DE${digits}370400440532013000`), [], digits)
})

test('a piece of a UUID and words behind an identifier are none, whatever their sum', () => {
  for (const text of ['ebaa50a6-4069-42ba-be74-55d9990fc3b2', 'ee10dee2-e9f8-479c-9a65-f7c9c6c521a3'])
    assert.deepEqual(found(text), [], text)
  // One of the 97 has the sum that fits.
  for (let i = 2; i < 99; i++) assert.deepEqual(found(`NO${String(i).padStart(2, '0')} is the next 77`), [], String(i))
})
