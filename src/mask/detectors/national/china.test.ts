import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, otherDigits } from '../../../../test/harness/one-class.ts'
import { chineseDetectors } from './china.ts'

test('residents: a day of birth and the check character', () => {
  const { found, asked } = oneClass(chineseDetectors, 'pii/cn-resident-id')
  for (const number of ['11010519491231002X', '440524188001010014', '11010519491231002x']) {
    assert.deepEqual(found(`身份证${number}。`), [number])
    assert.deepEqual(found(number), [number])
  }
  // Whatever digit is changed, the check character tells.
  for (let place = 0; place < 18; place++)
    for (const other of otherDigits('440524188001010014', place)) assert.deepEqual(asked(other), [], other)
  for (const text of ['4405241880010100141', 'record_11010519491231002X', '11010519491231002XA', '110105491231002'])
    assert.deepEqual(asked(text), [], text)
})
