import assert from 'node:assert/strict'
import test from 'node:test'
import { detecting } from '../../../../test/harness/detecting.ts'
import { swedishDetectors } from './sweden.ts'

const { found, asked } = detecting(swedishDetectors)
const person = 'pii/se-personnummer'
const organisation = 'pii/se-organisationsnummer'

test('numbers of persons', () => {
  for (const number of ['920229-1234', '19920229-1234', '101231+1237'])
    assert.deepEqual(found(number), [`${person}: ${number}`], number)
  for (const number of ['9202291234', '199202291234', '920289-1231']) {
    assert.deepEqual(found(number), [], `${number} without a word`)
    assert.deepEqual(asked(number, person), [`${person}: ${number}`], number)
    assert.deepEqual(found(`personnummer ${number}`), [`${person}: ${number}`])
  }
  assert.deepEqual(found('swedish id code is199202291234.'), [`${person}: 199202291234`], 'behind a letter')
})

test('numbers of persons that are none', () => {
  const rows = [
    ['920229-1235', 'the check digit'],
    ['900229-1236', '29 February of a year without it'],
    ['19901301-1235', 'month 13'],
    ['17920229-1234', 'a century too early'],
    ['920229-123', 'too short'],
    ['920229-12345', 'too long'],
    ['1920229-1234', 'behind a digit'],
    ['+199202291234', 'the tail of something longer'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text, person), [], why)
})

test('numbers of organisations', () => {
  for (const number of ['559900-1236', '5599001236', '16559900-1236']) {
    assert.deepEqual(asked(number, organisation), [`${organisation}: ${number}`], number)
    assert.deepEqual(found(number), [], `${number} may be an order`)
    assert.deepEqual(found(`Org.nr ${number}`), [`${organisation}: ${number}`])
  }
  const rows = [
    ['559900-1237', 'the check digit'],
    ['551900-1233', 'the third digit is of a person'],
    ['459900-1239', 'no kind of organisation'],
    ['19559900-1236', 'a century before an organisation'],
    ['55990-1236', 'too short'],
    ['559900-12367', 'too long'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text, organisation), [], why)
})
