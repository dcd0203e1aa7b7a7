import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, otherDigits } from '../../../../test/harness/one-class.ts'
import { singaporeDetectors } from './singapore.ts'

test('NRIC and FIN: the letter of each series', () => {
  const { found, asked } = oneClass(singaporeDetectors, 'pii/sg-nric-fin')
  for (const number of ['S1234567D', 'T1234567J', 'F1234567N', 'G1234567X', 'M1234567K']) {
    assert.deepEqual(found(`holder ${number}, resident`), [number])
    for (const other of otherDigits(number, 3)) {
      assert.deepEqual(found(other), [], other)
      assert.deepEqual(found(`NRIC ${other}`), [other], 'mistyped is somebody’s, too')
    }
    const small = number.toLowerCase()
    assert.deepEqual(found(small), [])
    assert.deepEqual(asked(small), [small])
  }
  for (const text of ['A1234567D', 'S123456D', 'S12345678D', 'S1234567DD', 'XS1234567D', 'S-1234567D', 'S1234567D-1'])
    assert.deepEqual(asked(text), [], text)
})

test('UEN of businesses, companies and others', () => {
  const { found, asked } = oneClass(singaporeDetectors, 'pii/sg-uen')
  for (const number of ['12345678M', '201512345C']) {
    assert.deepEqual(asked(number), [number])
    assert.deepEqual(found(number), [], `${number} may be anything`)
    assert.deepEqual(found(`UEN: ${number}`), [number])
    for (const other of otherDigits(number, number.length - 2)) assert.deepEqual(asked(other), [], other)
  }
  for (const number of ['T12LL3456B', 'S98SS0012B']) {
    assert.deepEqual(found(number), [number])
    for (const other of otherDigits(number, number.length - 2)) assert.deepEqual(asked(other), [], other)
  }
  assert.deepEqual(found('T12QQ3456K'), [], 'no such kind of entity')
  assert.deepEqual(asked('T12QQ3456K'), ['T12QQ3456K'], 'unless there is a new one')
  for (const text of ['999912345H', '210012345E', '170012345Z', '1234567M', '12345678M1', 'U12LL3456B'])
    assert.deepEqual(asked(text), [], text)
})
