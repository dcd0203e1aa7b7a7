import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass } from '../../../test/harness/one-class.ts'
import { contactDetectors } from './contact.ts'

test('mail addresses', () => {
  const { found } = oneClass(contactDetectors, 'pii/email')
  for (const address of ['alice@example.com', 'A.B+c@x-y.example.museum', 'a@xn--d1acufc.xn--p1ai'])
    assert.deepEqual(found(`<${address}>`), [address])
  for (const text of ['alice@example', 'icon@2x.png', 'a@-x.com', 'a@x-.com', 'app@1.service', 'a@masked.invalid'])
    assert.deepEqual(found(text), [], text)
})

test('telephone numbers by their form', () => {
  const { found } = oneClass(contactDetectors, 'pii/phone')
  for (const number of [
    '+49 30 1234567',
    '(415) 555-2671',
    '415-555-2671 x12',
    '+41 (0)71 526 99 04',
    '030 1234 5678',
    '0496 46 46 70',
    '030-1234567-12',
    '+49 30/1234567',
    '0049 30 1234567',
    '(0161) 496 0123',
    '(030) 373963',
    '(11) 98765-4321',
    '8 (495) 123-45-67',
  ])
    assert.deepEqual(found(`x ${number}, y`), [number])
  for (const text of [
    '+999 123456789',
    '+210 123 4567',
    '5551234',
    '026-1234567-1234567',
    'A1-415-555-2671',
    '2026-01-02 03:04',
    '0012345678901',
    '13,178,002.113936031',
    '00 12 34 56 78 90',
    '0000 30 1234567',
    '003-1234567-1234567',
    '001332-1234567',
    'CY17 0020 0128 0000 0012 0052 760',
    '0128 0049 0052 7601',
    'NL91 1BNA 0417 1643 00',
    '054-0096632-0837036',
    '001-1234567-1234567',
    '(05) 123 456',
    '7 (495) 123-45',
  ])
    assert.deepEqual(found(text), [], text)
})

test('national forms that other numbers have, too: for who asks for telephone numbers, and beside a word', () => {
  const { found, asked } = oneClass(contactDetectors, 'pii/phone')
  for (const number of [
    '01 42 68 53 00',
    '06.12.34.56.78',
    '02 9876 5432',
    '09-7625400',
    '03-1234-5678',
    '13812345678',
  ]) {
    assert.deepEqual(asked(number), [number])
    assert.deepEqual(found(number), [], number)
    assert.deepEqual(found(`phone ${number}`), [number])
  }
  assert.deepEqual(asked('030/373963'), ['030/373963'])
  for (const text of ['12812345678', '138123456789', '01 42 68 53', '00 42 68 53 00', 'A-03-1234-5678'])
    assert.deepEqual(asked(text), [], text)
})

test('telephone numbers by a word or a column', () => {
  const { found } = oneClass(contactDetectors, 'pii/phone')
  for (const word of ['Phone', 'call', 'GSM', 'hotline', 'messages to', 'reach me at'])
    assert.deepEqual(found(`${word} 699 956 915`), ['699 956 915'], word)
  assert.deepEqual(found('699 956 915'), [])
  assert.deepEqual(found('699956915', 'mobile_no'), ['699956915'])
  assert.deepEqual(found('699956915', 'order_id'), [])
  for (const text of ['phone 2026-01-02', 'phone 11111111', 'phone 123456']) assert.deepEqual(found(text), [], text)
})
