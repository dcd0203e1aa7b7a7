import assert from 'node:assert/strict'
import test from 'node:test'
import { detecting } from '../../../../test/harness/detecting.ts'
import { italianDetectors } from './italy.ts'

const { found, asked } = detecting(italianDetectors)

test('fiscal codes', () => {
  const code = 'pii/it-fiscal-code'
  const given = ['BNCGLI80A41H501C', 'bncgli80a41h501c', 'BNC GLI 80A41 H501C', 'FOXAUX99T31Z404Z']
  for (const text of given) assert.deepEqual(found(text), [`${code}: ${text}`], text)
  assert.deepEqual(found('BNCGLI80A41H50MU'), [`${code}: BNCGLI80A41H50MU`], 'a letter for a digit')
  const rows = [
    ['BNCGLI80A41H501D', 'the check character'],
    ['BNCGLI80F41H501O', 'no month has F'],
    ['BNCGLI80A72H501K', 'day 32 of a woman'],
    ['FOXAUX99D31Z404S', '31 April'],
    ['BANGLI80A41H501E', 'a vowel before a consonant'],
    ['BNCGLI80A41H501', 'too short'],
    ['XBNCGLI80A41H501C', 'behind a letter'],
    ['BNCGLI80A41H501C1', 'too long'],
    ['BNCGLI - 80A41H501C', 'in two parts'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text, code), [], why)
})

test('VAT numbers', () => {
  const vat = 'pii/it-vat-code'
  assert.deepEqual(found('IT12345670587'), [`${vat}: IT12345670587`], 'the country says what it is')
  assert.deepEqual(found('12345670587'), [], 'eleven digits alone')
  assert.deepEqual(found('P.IVA 12345670587'), [`${vat}: 12345670587`])
  assert.deepEqual(found('12345670587', 'partitaIva'), [`${vat}: 12345670587`])
  for (const number of ['12345670587', '12345678887', '12345671213', '123 4567 0587'])
    assert.deepEqual(asked(number, vat), [`${vat}: ${number}`], number)
  const rows = [
    ['12345670588', 'the check digit'],
    ['12345671502', 'an office that is none'],
    ['00000000588', 'nobody'],
    ['1234567058', 'too short'],
    ['123456705871', 'too long'],
    ['X12345670587', 'behind a letter'],
    ['IT12345670588', 'the check digit, behind the country'],
    ['XIT12345670587', 'a letter before the country'],
    ['IT123456705871', 'too long, behind the country'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text, vat), [], why)
})

test('driving licences', () => {
  const licence = 'pii/it-driver-license'
  for (const number of ['AA0123456B', 'RM1234567x', 'U1532B456K', 'U1532B456 K']) {
    assert.deepEqual(found(number), [], `${number} without a word`)
    assert.deepEqual(asked(number, licence), [`${licence}: ${number}`], number)
    assert.deepEqual(found(`patente di guida ${number}`), [`${licence}: ${number}`])
  }
  for (const number of [
    'U1532A456K',
    'U1532O456K',
    '990123456B',
    'AA012345B',
    'AA01234567B',
    'AAA0123456B',
    'AA0000000',
  ])
    assert.deepEqual(asked(number, licence), [], number)
})

test('identity cards and passports need a word, whoever asks', () => {
  const card = 'pii/it-identity-card'
  const passport = 'pii/it-passport'
  for (const number of ['AT1234567', '1234567AT', 'CA12345AT']) {
    assert.deepEqual(asked(number, card), [], number)
    assert.deepEqual(asked(`carta d'identità n. ${number}`, card), [`${card}: ${number}`], number)
    assert.deepEqual(found(number, 'documentoId'), [`${card}: ${number}`])
  }
  assert.deepEqual(asked('YA1234567', passport), [])
  assert.deepEqual(found('Passaporto YA1234567'), [`${passport}: YA1234567`])
  for (const number of ['YA123456', 'Y1234567', 'YAB123456', 'YA12345678'])
    assert.deepEqual(found(`passaporto ${number}`), [], number)
})
