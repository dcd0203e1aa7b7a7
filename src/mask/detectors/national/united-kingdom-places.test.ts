import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass } from '../../../../test/harness/one-class.ts'
import { unitedKingdomPlaceDetectors } from './united-kingdom-places.ts'

const postcode = oneClass(unitedKingdomPlaceDetectors, 'pii/uk-postcode')
const vehicle = oneClass(unitedKingdomPlaceDetectors, 'pii/uk-vehicle-registration')

test('a postcode has an area of the list, and needs a word', () => {
  for (const text of ['M60 1NW', 'CR2 6XH', 'DN55 1PT', 'W1A 1HQ', 'EC1A 1BB', 'GIR 0AA', 'ec1a 1bb']) {
    assert.deepEqual(postcode.found(text), [], text)
    assert.deepEqual(postcode.asked(text), [text])
    assert.deepEqual(postcode.found(`address: 1 High Street, ${text}`), [text])
  }
  assert.deepEqual(postcode.asked('M11AA'), [])
  assert.deepEqual(postcode.found('M11AA', 'postcode'), ['M11AA'])
  assert.deepEqual(postcode.found('postcode EC1A1BB'), ['EC1A1BB'])
  assert.deepEqual(postcode.found('address EC1A1BB'), [], 'may be an address of memory')
  const wrong = [
    '1A1 1AA',
    'QA1 1AA',
    'X1 1AA',
    'EC1C 1BB',
    'W1L 1HQ',
    'M1 1CA',
    'M1 1AI',
    'M1 11A',
    'MMM1 1AA',
    'M1 1AAA',
  ]
  for (const text of wrong) assert.deepEqual(postcode.asked(`postcode ${text}`), [], text)
})

test('a registration mark since 2001 tells a year', () => {
  for (const text of ['AB51 ABC', 'LN14-HGT', 'BD02XYZ', 'ab29 abc', 'YE79 ZZZ']) {
    assert.deepEqual(vehicle.found(text), [], text)
    assert.deepEqual(vehicle.asked(text), [text])
    assert.deepEqual(vehicle.found(`vehicle ${text}`), [text])
  }
  for (const text of ['AB49 ABC', 'AB01 ABC', 'AB30 ABC', 'AB50 ABC', 'AB80 ABC', 'AI51 ABC', 'QA51 ABC', 'AB51 AQC'])
    assert.deepEqual(vehicle.asked(`vehicle ${text}`), [], text)
})

test('older registration marks need a word even of who asks', () => {
  for (const text of ['K1 ABC', 'M456DEF', 'DEF456G', 'ABC 12Y']) {
    assert.deepEqual(vehicle.asked(text), [])
    assert.deepEqual(vehicle.found(`number plate: ${text}`), [text])
    assert.deepEqual(vehicle.found(text, 'vrm'), [text])
  }
  for (const text of ['ABC 123Z', 'ABC 023A', 'I1 ABC', 'K0 ABC', 'K1234 ABC', 'AIC 123A', '1234567890'])
    assert.deepEqual(vehicle.found(`plate ${text}`), [], text)
  assert.deepEqual(vehicle.found('regular K1 ABC'), [], 'the word is another')
})
