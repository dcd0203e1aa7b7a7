import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, otherDigits } from '../../../../test/harness/one-class.ts'
import { turkishDetectors, turkishPhoneDetectors } from './turkey.ts'

test('identity numbers: both check digits, and a word', () => {
  const { found, asked } = oneClass(turkishDetectors, 'pii/tr-national-id')
  for (const number of ['12345678950', '98760012340', '55500011186']) {
    assert.deepEqual(asked(number), [number])
    assert.deepEqual(found(number), [])
    assert.deepEqual(found(`TC Kimlik No: ${number}`), [number])
    assert.deepEqual(found(number, 'tckn'), [number])
    for (const place of [10, 9, 0, 5])
      for (const other of otherDigits(number, place)) assert.deepEqual(asked(other), [], other)
  }
  for (const text of ['02531814694', '1234567895', '123456789500', 'a12345678950'])
    assert.deepEqual(asked(text), [], text)
})

test('plates: one of 81 provinces, letters, digits', () => {
  const { found, asked } = oneClass(turkishDetectors, 'pii/tr-license-plate')
  for (const plate of ['34 ABC 123', '06 A 1234', '81-ZZ-999', '34ABC1234', '35abc35']) {
    assert.deepEqual(asked(plate), [plate])
    assert.deepEqual(found(plate), [])
    assert.deepEqual(found(`Plaka: ${plate}`), [plate])
  }
  for (const text of ['82 ABC 123', '00 ABC 123', '34 AQC 123', '34 ABCD 12', '34 ABC 1', '34 ABC 12345', '34 abc 123'])
    assert.deepEqual(asked(text), [], text)
})

test('telephone numbers: areas and mobile networks', () => {
  const { found, asked } = oneClass(turkishPhoneDetectors, 'pii/tr-phone-number')
  for (const number of ['+905321234567', '+90 212 123 45 67', '0090 532 123 45 67', '+90 (532) 123 45 67'])
    assert.deepEqual(found(`x ${number}.`), [number])
  for (const number of ['0532 123 45 67', '0-532-123-45-67', '5321234567', '3121234567', '05321234567']) {
    assert.deepEqual(asked(number), [number])
    assert.deepEqual(found(number), [], `${number} is for a word to say`)
    assert.deepEqual(found(`Telefon: ${number}`), [number])
  }
  const rows = [
    ['6123456789', 'no such network'],
    ['5721234567', 'no such mobile network'],
    ['2131234567', 'areas are even'],
    ['2021234567', 'no area begins with 20'],
    ['53212345678', 'too long'],
    ['15321234567', 'behind a digit'],
    ['7-532-123-45-67', 'the tail of something longer'],
    ['1234 532 123 45 67', 'the last groups of more'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text), [], why)
})
