import assert from 'node:assert/strict'
import test from 'node:test'
import { detecting } from '../../../../test/harness/detecting.ts'
import { germanTaxDetectors } from './germany-tax.ts'

const { found, asked } = detecting(germanTaxDetectors)

test('tax identification numbers', () => {
  const tax = 'pii/de-tax-id'
  const given = ['36574261809', '11123456786']
  for (const number of given) {
    assert.deepEqual(asked(number, tax), [`${tax}: ${number}`], number)
    assert.deepEqual(found(number), [], 'eleven digits alone')
    assert.deepEqual(found(`Steuer-ID: ${number}`), [`${tax}: ${number}`])
    assert.deepEqual(found(number, 'steuerIdNr'), [`${tax}: ${number}`])
  }
  assert.deepEqual(found('36 574 261 809'), [`${tax}: 36 574 261 809`], 'in groups it stands alone')
  assert.deepEqual(found('12 345 678 903'), [], 'no digit twice: its check digit is too little')
  assert.deepEqual(found('IdNr 12345678903'), [`${tax}: 12345678903`], 'beside a word the check digit is enough')
  assert.deepEqual(found('IdNr 11223456785'), [`${tax}: 11223456785`])
})

test('tax identification numbers that are none', () => {
  const rows = [
    ['36574261808', 'the check digit'],
    ['02345678901', 'a test number'],
    ['11112345678', 'a digit four times'],
    ['365742618091', 'too long'],
    ['3657426180', 'too short'],
    ['X36574261809', 'behind a letter'],
    ['-36574261809', 'the tail of something longer'],
    ['365 742 618 09', 'other groups'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text, 'pii/de-tax-id'), [], why)
})

test('pension insurance numbers', () => {
  const pension = 'pii/de-social-security'
  const given = ['12010203M123', '89311299Z992', '12 010203 M 123', '53290204a505']
  for (const number of given) assert.deepEqual(found(number), [`${pension}: ${number}`], number)
  assert.deepEqual(found('12510203M124'), [`${pension}: 12510203M124`], 'the serials of the day were used up')
  const rows = [
    ['12010203M124', 'the check digit'],
    ['05010203M124', 'an area that is no carrier'],
    ['53290203a504', '29 February of a year without it'],
    ['12321203M122', 'day 32'],
    ['12011303M121', 'month 13'],
    ['120102031123', 'no letter'],
    ['12010203M12', 'too short'],
    ['12010203M1234', 'too long'],
    ['X12010203M123', 'behind a letter'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text, pension), [], why)
})

test('VAT numbers', () => {
  const vat = 'pii/de-vat-id'
  for (const number of ['DE111222339', 'DE 987 654 328', 'DE-987-654-328', 'de987.654.328'])
    assert.deepEqual(found(number), [`${vat}: ${number}`], number)
  assert.deepEqual(asked('DE111222330', vat), [], 'the check digit')
  assert.deepEqual(asked('DE012345679', vat), [], 'a zero in front')
  assert.deepEqual(asked('DE11122233', vat), [], 'too short')
  assert.deepEqual(asked('DE1112223390', vat), [], 'too long')
  assert.deepEqual(asked('XDE111222339', vat), [], 'behind a letter')
  assert.deepEqual(found('USt-IdNr. DE111222330'), [`${vat}: DE111222330`], 'beside a word the form is enough')
  assert.deepEqual(found('USt-IdNr. XDE111222330'), [], 'behind a letter')
})

test('tax numbers of the states', () => {
  const tax = 'pii/de-tax-number'
  const given = ['2893081508152', '181/815/08155', '21/815/08150', '133/8150/8159', '93815/08152', '22/815/0815/4']
  for (const number of given) {
    assert.deepEqual(asked(number, tax), [`${tax}: ${number}`], number)
    assert.deepEqual(found(number), [], `${number} without a word`)
    assert.deepEqual(found(`Steuernummer ${number}`), [`${tax}: ${number}`])
  }
  assert.deepEqual(found('013 815 08153', 'steuer_nr'), [`${tax}: 013 815 08153`])
  const invalid = [
    '0081508150001',
    '9/181/815/08155',
    '7793081508152',
    '1/815/08155',
    '181/815/081550',
    '181/815/0815',
    '181/815-08155',
  ]
  for (const number of invalid) assert.deepEqual(asked(number, tax), [], number)
})
