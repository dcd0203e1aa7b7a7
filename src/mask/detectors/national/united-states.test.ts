import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, otherDigits } from '../../../../test/harness/one-class.ts'
import { unitedStatesDetectors } from './united-states.ts'

const ssn = oneClass(unitedStatesDetectors, 'pii/us-ssn')

test('a social security number in groups stands alone', () => {
  assert.deepEqual(ssn.found('321-05-1123'), ['321-05-1123'])
  assert.deepEqual(ssn.found('of 321 05 1123, of 321.05.1124'), ['321 05 1123', '321.05.1124'])
  assert.deepEqual(ssn.found('321–05–1123'), ['321–05–1123'])
  assert.deepEqual(ssn.found('321\u00a005\u00a01123'), ['321\u00a005\u00a01123'])
  assert.deepEqual(ssn.found('321\u00a005–1123'), [], 'a mixture')
  assert.deepEqual(ssn.found('in 2026 321-05-1123'), ['321-05-1123'])
})

test('a column of orders speaks against it', () => {
  assert.deepEqual(ssn.found('321 05 1123', 'order_id'), [])
  assert.deepEqual(ssn.found('321-05-1000', 'order_id'), [])
  assert.deepEqual(ssn.found('321-05-1000', 'column_7'), ['321-05-1000'])
})

test('a social security number that was never given is none', () => {
  for (const text of ['000-05-1123', '666-05-1123', '900-05-1123', '321-00-1123', '321-05-0000', '078-05-1120'])
    assert.deepEqual(ssn.asked(`ssn ${text}`), [], text)
})

test('a piece of a longer number, or a mixture of separators, is no social security number', () => {
  for (const text of [
    '4-321-05-1123',
    '4 321 05 1123',
    '321-05-1123-4',
    '321-05-11234',
    'a321-05-1123',
    '+321-05-1123',
  ])
    assert.deepEqual(ssn.found(text), [], text)
  assert.deepEqual(ssn.found('321-05 1123'), [])
  assert.deepEqual(ssn.found('ssn 321-05 1123'), ['321-05 1123'])
})

test('nine digits need a word or a column, or who asks for them', () => {
  assert.deepEqual(ssn.found('321051123'), [])
  assert.deepEqual(ssn.asked('321051123'), ['321051123'])
  assert.deepEqual(ssn.found('ssn=321051123'), ['321051123'])
  assert.deepEqual(ssn.found('321051123', 'social_security'), ['321051123'])
  assert.deepEqual(ssn.asked('ssn 777777777'), [])
  assert.deepEqual(ssn.asked('ssn 12-321051123'), [])
})

test('a taxpayer of the IRS begins with 9, and its group was given', () => {
  const { found, asked } = oneClass(unitedStatesDetectors, 'pii/us-itin')
  for (const group of ['50', '65', '70', '88', '90', '92', '94', '99'])
    assert.deepEqual(found(`911-${group}-1234`), [`911-${group}-1234`])
  for (const group of ['49', '66', '69', '89', '93']) assert.deepEqual(found(`itin 911-${group}-1234`), [], group)
  for (const text of ['811-70-1234', '911-70-0000', '9-911-70-1234']) assert.deepEqual(found(`itin ${text}`), [], text)
  assert.deepEqual(asked('911701234'), [])
  assert.deepEqual(found('911701234', 'itin'), ['911701234'])
  for (const text of ['911891234', '911700000', '1-911701234']) assert.deepEqual(found(`itin ${text}`), [], text)
})

const routing = oneClass(unitedStatesDetectors, 'pii/us-aba-routing')

test('a routing number has its district and its check digit', () => {
  for (const text of ['021094587', '322207303', '800021577', '0210-9458-7']) {
    assert.deepEqual(routing.found(text), [], 'without a word')
    assert.equal(routing.asked(text).length, 1, text)
    assert.equal(routing.found(`routing ${text}`).length, 1, text)
    for (const other of otherDigits(text, text.length - 1))
      assert.deepEqual(routing.found(`routing ${other}`), [], other)
  }
  for (const text of ['000456719', '120456712', '210456716', '320456716', '610456714', '720456714', '800456715'])
    assert.deepEqual(routing.asked(text), [text])
  // Their sums fit; their districts are none.
  for (const text of [
    '130456715',
    '200456713',
    '330456719',
    '600456711',
    '730456717',
    '790456715',
    '810456718',
    '360456718',
  ])
    assert.deepEqual(routing.asked(text), [])
  for (const text of ['130000006', '900000003', '000000000'])
    assert.deepEqual(routing.asked(`routing ${text}`), [], text)
  assert.deepEqual(routing.asked('12-021094587'), [])
  assert.deepEqual(routing.found('021094587', 'aba'), ['021094587'])
  assert.deepEqual(routing.found('abandoned 021094587'), [])
})

const provider = oneClass(unitedStatesDetectors, 'phi/us-npi')

test('a provider of health care has the check digit of a health card', () => {
  for (const text of ['1368193037', '2642621298', '1368-193-037', '1368 193 037']) {
    assert.deepEqual(provider.found(text), [], 'without a word')
    assert.equal(provider.asked(text).length, 1, text)
    assert.equal(provider.found(`NPI: ${text}`).length, 1, text)
    for (const other of otherDigits(text, text.length - 1)) assert.deepEqual(provider.found(`NPI ${other}`), [], other)
  }
  assert.deepEqual(provider.asked('1111111112'), [], 'a sample')
  assert.deepEqual(provider.asked('1368-193 037'), [], 'a mixture')
  assert.deepEqual(provider.asked('3368193033'), [], 'neither a person nor an organisation')
  assert.deepEqual(provider.found('cloud provider since 1368193037'), [], 'a time')
})

test('the number of an account is one where a word says so', () => {
  const account = oneClass(unitedStatesDetectors, 'pii/us-bank-account')
  assert.deepEqual(account.found('945456787654'), [])
  assert.deepEqual(account.asked('945456787654'), [])
  assert.deepEqual(account.found('Account number: 945456787654'), ['945456787654'])
  assert.deepEqual(account.found('945456787654', 'bankAccount'), ['945456787654'])
  for (const text of ['1234567', '123456789012345678', '00000000', '12-94545678'])
    assert.deepEqual(account.found(`acct ${text}`), [], text)
})
