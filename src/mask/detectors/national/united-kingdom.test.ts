import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, type OneClass, otherDigits } from '../../../../test/harness/one-class.ts'
import { unitedKingdomDetectors } from './united-kingdom.ts'

const classOf = (dataClass: string): OneClass => oneClass(unitedKingdomDetectors, dataClass)

test('an NHS number has its check digit; alone it needs spaces, and a form that no telephone has', () => {
  const { found, asked } = classOf('phi/uk-nhs')
  for (const text of ['601 622 4154', '601-622-4154', '6016224154', '485 709 5149']) {
    assert.deepEqual(found(text), [], text)
    assert.equal(asked(text).length, 1, text)
    assert.equal(found(`NHS no. ${text}`).length, 1, text)
    assert.equal(found(text, 'nhsNumber').length, 1, text)
    for (const other of otherDigits(text, text.length - 1)) assert.deepEqual(found(`nhs ${other}`), [], other)
  }
  assert.deepEqual(found('patient 720 115 4990 came'), ['720 115 4990'])
  for (const text of ['131 200 0007', '415 155 0003', '415 055 0018', '031 200 0006'])
    assert.deepEqual(found(text), [text])
  for (const text of ['215 222 0005', '215 955 0000']) assert.deepEqual(found(text), [], 'may be a telephone')
  assert.deepEqual(found('720-115-4990'), [])
  assert.deepEqual(found('2 720 115 4990'), [], 'the tail of a longer number')
  assert.deepEqual(found('nhs 720 115-4990'), [], 'a mixture')
  // Every remainder of 1 asks for 10 as the check digit.
  for (const digit of '0123456789') assert.deepEqual(asked(`nhs 462168275${digit}`), [])
  assert.deepEqual(asked('nhs 1111111111'), [], 'its sum fits')
})

test('a national insurance number has letters in use', () => {
  const { found, asked } = classOf('pii/uk-nino')
  assert.deepEqual(found('AB123456C, PR 12 36 12 C and JG-10-37-59-A'), ['AB123456C', 'PR 12 36 12 C', 'JG-10-37-59-A'])
  assert.deepEqual(found('ab123456c'), [], 'may be a piece of a hash')
  assert.deepEqual(asked('ab123456c'), ['ab123456c'])
  assert.deepEqual(found('nino: ab 12 34 56 c'), ['ab 12 34 56 c'])
  for (const prefix of ['DA', 'FA', 'IA', 'QA', 'UA', 'VA', 'AD', 'AF', 'AI', 'AO', 'AQ', 'AU', 'AV'])
    assert.deepEqual(found(`nino ${prefix}123456C`), [], prefix)
  for (const prefix of ['BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ', 'gb'])
    assert.deepEqual(asked(`nino ${prefix}123456C`), [], prefix)
  for (const text of ['AB123456E', 'AB12345C', 'AB1234567C', 'XAB123456C', 'AB123456CD'])
    assert.deepEqual(asked(`nino ${text}`), [], text)
})

test('a driving licence tells a birthday that exists', () => {
  const { found } = classOf('pii/uk-driving-licence')
  for (const text of [
    'SMITH802290AB1CD',
    'SMITH851010AB1CD',
    'SMIT9801015JK2CD',
    'FO999012311A99XY',
    'FOX99012311A99XY',
    'FOXY9012311A99XY',
    'A9999712319A99XY',
    'smith802290ab1cd',
    'smit9801015jk2cd',
  ])
    assert.deepEqual(found(`licence ${text}, `), [text])
  assert.deepEqual(found('SMITH 802290 AB1CD'), ['SMITH 802290 AB1CD'])
  const dates = ['800010', '813010', '850010', '863010', '801000', '801320', '802300', '802291', '804310']
  for (const date of dates) assert.deepEqual(found(`SMITH${date}AB1CD`), [], date)
  for (const text of [
    'SM9TH851010AB1CD',
    '9MITH851010AB1CD',
    'SMITH85101AB1CD',
    'SMITH8510100AB1CD',
    'SMITH851010AB1CDE',
  ])
    assert.deepEqual(found(text), [], text)
})

test('a passport is one where a word says so; digits alone need a word of the country', () => {
  const { found, asked } = classOf('pii/uk-passport')
  assert.deepEqual(asked('AB1234567'), [])
  assert.deepEqual(found('passport AB1234567'), ['AB1234567'])
  assert.deepEqual(found('AB1234567', 'passport_number'), ['AB1234567'])
  assert.deepEqual(found('passport 123456789'), [])
  assert.deepEqual(found('UK passport 123456789'), ['123456789'])
  for (const text of ['A12345678', 'AB 1234567', '1234567AB', 'AB12345678', 'AB0000000', '000000000'])
    assert.deepEqual(found(`uk passport ${text}`), [], text)
})
