import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, otherDigits } from '../../../../test/harness/one-class.ts'
import { indianDetectors } from './india.ts'

test('Aadhaar: Verhoeff’s digit, and a word', () => {
  const { found, asked } = oneClass(indianDetectors, 'pii/in-aadhaar')
  for (const number of ['234567890124', '2345 6789 0124', '2345-6789-0124', '7000:1234:5678']) {
    assert.deepEqual(asked(number), [number])
    assert.deepEqual(found(`Aadhaar no. ${number}.`), [number])
    assert.deepEqual(found(number, 'aadhaar_number'), [number])
    assert.deepEqual(found(number), [], `${number} may be an order`)
    for (const other of otherDigits(number, number.length - 1)) assert.deepEqual(asked(other), [], other)
  }
})

test('Aadhaar: what is none', () => {
  const { asked } = oneClass(indianDetectors, 'pii/in-aadhaar')
  const rows = [
    ['134567890121', 'begins with 1'],
    ['234562265432', 'the same from behind'],
    ['2345 6789-0124', 'two kinds of separators'],
    ['2345 6789 0124 0000', 'a fourth group'],
    ['9 2345 6789 0124', 'the tail of something longer'],
    ['12345678901240', 'too long'],
    ['x234567890124', 'behind a letter'],
    ['234567890124-1', 'goes on'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text), [], why)
})

test('GSTIN: check character, state and the PAN in it', () => {
  const { found, asked } = oneClass(indianDetectors, 'pii/in-gstin')
  for (const number of ['29ABCPE1234F1Z7', '99ABCCE9876K2ZJ', '29abcpe1234f1z7'])
    assert.deepEqual(found(`from ${number} to`), [number])
  assert.deepEqual(found('27ABCDE1234F1Z0'), [], 'D is no kind of holder: a word has to say it')
  for (const number of ['27ABCDE1234F1Z0', '29ABCPE1234F1Z8', '07PQRST6789K1Z2']) {
    assert.deepEqual(found(number), [], `${number} is not right`)
    assert.deepEqual(found(`GSTIN ${number}`), [number])
    assert.deepEqual(asked(number), [number])
  }
  const rows = [
    ['45ABCPE1234F1ZD', 'no such state'],
    ['00ABCPE1234F1Z7', 'no state 00'],
    ['29ABCPE0000F1Z7', 'no PAN 0000'],
    ['29ABCPE1234F1Q8', 'neither Z nor the check character'],
    ['29ABCPE1234F1Z', 'too short'],
    ['29ABCPE1234F1Z70', 'too long'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text), [], why)
})

test('PAN', () => {
  const { found, asked } = oneClass(indianDetectors, 'pii/in-pan')
  assert.deepEqual(asked('ABCPE1234F'), ['ABCPE1234F'])
  assert.deepEqual(asked('abcpe1234f'), ['abcpe1234f'])
  assert.deepEqual(found('ABCPE1234F'), [], 'may be an article')
  assert.deepEqual(found('PAN: ABCPE1234F'), ['ABCPE1234F'])
  assert.deepEqual(found('ABCPE1234F', 'panNumber'), ['ABCPE1234F'])
  for (const text of ['ABCPE0000F', 'ABCPE1234', 'ABCP1234F', 'ABCPE12345', 'XABCPE1234F', 'ABCPE1234FF'])
    assert.deepEqual(asked(text), [], text)
})

test('passports, voter cards and vehicles', () => {
  const passport = oneClass(indianDetectors, 'pii/in-passport')
  assert.deepEqual(passport.found('passport J8369854'), ['J8369854'])
  assert.deepEqual(passport.found('J8369854'), [], 'a form, and no more')
  for (const text of ['Q8369854', 'J0369854', 'J8369850', 'J836985', 'J83698541'])
    assert.deepEqual(passport.found(`passport ${text}`), [], text)

  const voter = oneClass(indianDetectors, 'pii/in-voter')
  for (const number of ['ABC1234567', 'abc1234567', 'UP/12/345/678901']) {
    assert.deepEqual(voter.asked(number), [number])
    assert.deepEqual(voter.found(number), [])
    assert.deepEqual(voter.found(`Voter ID ${number}`), [number])
  }
  for (const text of ['AB1234567', 'ABC123456', 'ABC12345678']) assert.deepEqual(voter.asked(text), [], text)

  const vehicle = oneClass(indianDetectors, 'pii/in-vehicle-registration')
  for (const number of ['KA53ME3456', 'DL 3C AB 0001', 'MH-01-A-1234', '22 BH 1234 AA']) {
    assert.deepEqual(vehicle.asked(number), [number])
    assert.deepEqual(vehicle.found(`Vehicle ${number}`), [number])
    assert.deepEqual(vehicle.found(number), [], `${number} may be an article`)
  }
  for (const text of ['XX53ME3456', 'KA00ME3456', 'KA0ME3456', 'KA53ME0000', 'KA53MEXY3456', 'KA533456'])
    assert.deepEqual(vehicle.asked(text), [], text)
})
