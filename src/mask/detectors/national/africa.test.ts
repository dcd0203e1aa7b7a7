import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, otherDigits } from '../../../../test/harness/one-class.ts'
import { africanDetectors } from './africa.ts'

test('Nigerian identity numbers', () => {
  const { found, asked } = oneClass(africanDetectors, 'pii/ng-nin')
  for (const number of ['51234987608', '24680135793']) {
    assert.deepEqual(asked(number), [number])
    assert.deepEqual(found(number), [])
    assert.deepEqual(found(`NIN: ${number}`), [number])
    for (const place of [10, 4])
      for (const other of otherDigits(number, place)) assert.deepEqual(asked(other), [], other)
  }
  for (const text of ['5123498760', '512349876081', 'x51234987608', '00000000000'])
    assert.deepEqual(asked(text), [], text)
})

test('Nigerian plates', () => {
  const { found, asked } = oneClass(africanDetectors, 'pii/ng-vehicle-registration')
  for (const plate of ['ABC-123DE', 'ABC 123DE', 'ABC123DE', 'abc-123de', 'ABC-123-DE']) {
    assert.deepEqual(asked(plate), [plate])
    assert.deepEqual(found(plate), [], `${plate} may be an article`)
    assert.deepEqual(found(`plate number ${plate}`), [plate])
  }
  for (const text of ['AB-123DE', 'ABC-12DE', 'ABC-123D', 'ABCD-123DE', 'ABC-123DEF', '123-456AB'])
    assert.deepEqual(asked(text), [], text)
})

test('South African identity numbers: birth, status, check digit', () => {
  const { found, asked } = oneClass(africanDetectors, 'pii/za-id-number')
  for (const number of ['8504175001083', '850417 5001 083', '0002294321191']) {
    assert.deepEqual(found(`for ${number}.`), [number])
    for (const other of otherDigits(number, number.length - 1)) assert.deepEqual(asked(other), [], other)
  }
  assert.deepEqual(found('8504175002073'), [], 'from before 1986: a word has to say it')
  assert.deepEqual(asked('8504175002073'), ['8504175002073'])
  const rows = [
    ['8513175001084', 'month 13'],
    ['9002295000084', '29 February of a year without it'],
    ['8504175000382', 'no such status'],
    ['850417 5001-083', 'two kinds of separators'],
    ['85041750010830', 'too long'],
    ['1-8504175001083', 'the tail of something longer'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text), [], why)
})
