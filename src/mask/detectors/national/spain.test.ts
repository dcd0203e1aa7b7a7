import assert from 'node:assert/strict'
import test from 'node:test'
import { detecting } from '../../../../test/harness/detecting.ts'
import { spanishDetectors } from './spain.ts'

const { found, asked } = detecting(spanishDetectors)

test('numbers of persons', () => {
  const nif = 'pii/es-nif'
  for (const number of ['12345678Z', '12345678-Z', '12.345.678-Z'])
    assert.deepEqual(found(number), [`${nif}: ${number}`], number)
  for (const number of ['7654321J', '7654321-J', '12345678z', 'K7654321J']) {
    assert.deepEqual(found(number), [], `${number} without a word`)
    assert.deepEqual(asked(number, nif), [`${nif}: ${number}`], number)
    assert.deepEqual(found(`DNI: ${number}`), [`${nif}: ${number}`])
    assert.deepEqual(found(number, 'dniCliente'), [`${nif}: ${number}`])
  }
  const rows = [
    ['12345678A', 'the letter'],
    ['00000000T', 'nobody'],
    ['12345678I', 'a letter that is none of the 23'],
    ['123456-Z', 'too short'],
    ['123456789Z', 'too long'],
    ['12345678ZZ', 'two letters'],
    ['ORD-12345678Z', 'a part of something longer'],
    ['K7654321K', 'the letter after K'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text, nif), [], why)
})

test('numbers of legal entities', () => {
  const nif = 'pii/es-nif'
  for (const number of ['B76543214', 'B12345674', 'B-76543214', 'Q7654321D', 'F76543214', 'F7654321D']) {
    assert.deepEqual(found(number), [], `${number} without a word`)
    assert.deepEqual(asked(number, nif), [`${nif}: ${number}`], number)
    assert.deepEqual(found(`CIF ${number}`), [`${nif}: ${number}`])
  }
  const rows = [
    ['B76543215', 'the check digit'],
    ['B7654321D', 'companies have a digit'],
    ['Q76543214', 'public bodies have a letter'],
    ['I76543214', 'no kind of entity'],
    ['B7654321', 'too short'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text, nif), [], why)
})

test('numbers of foreigners', () => {
  const nie = 'pii/es-nie'
  for (const number of ['X1122334A', 'Y1122334V', 'Z1122334P', 'X-1122334-A', 'X01122334A'])
    assert.deepEqual(found(number), [`${nie}: ${number}`], number)
  assert.deepEqual(found('x1122334a'), [], 'small letters need a word')
  assert.deepEqual(asked('x1122334a', nie), [`${nie}: x1122334a`])
  assert.deepEqual(found('NIE x1122334a'), [`${nie}: x1122334a`])
  for (const number of [
    'X1122334B',
    'Y1122334A',
    'W1122334A',
    'X112233A',
    'X11122334A',
    'AX1122334A',
    'X1122334AA',
    'X1122334',
  ])
    assert.deepEqual(asked(number, nie), [], number)
})

test('passports', () => {
  const passport = 'pii/es-passport'
  assert.deepEqual(found('AAB123456'), [])
  assert.deepEqual(found('Mi pasaporte es aab123456'), [`${passport}: aab123456`])
  assert.deepEqual(asked('AAB012345', passport), [`${passport}: AAB012345`])
  assert.deepEqual(asked('AAB123456 es mi pasaporte', passport), [`${passport}: AAB123456`])
  for (const number of ['AB123456', 'AAB12345', 'AAB1234567', 'AABC123456', 'AAB000000', 'X-AAB123456'])
    assert.deepEqual(asked(number, passport), [], number)
})
