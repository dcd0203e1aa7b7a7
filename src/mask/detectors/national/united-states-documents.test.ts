import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, type OneClass, otherDigits } from '../../../../test/harness/one-class.ts'
import { unitedStatesDocumentDetectors } from './united-states-documents.ts'

const classOf = (dataClass: string): OneClass => oneClass(unitedStatesDocumentDetectors, dataClass)

test('a Medicare beneficiary is known by the form', () => {
  const { found, asked } = classOf('phi/us-mbi')
  assert.deepEqual(found('of 1EG4-TE5-MK73, 2AG9XC4NN22 and 1EG4 TE5 MK73'), [
    '1EG4-TE5-MK73',
    '2AG9XC4NN22',
    '1EG4 TE5 MK73',
  ])
  assert.deepEqual(found('1eg4-te5-mk73'), ['1eg4-te5-mk73'])
  assert.deepEqual(found('2ag9xc4nn22'), [], 'may be a piece of a hash')
  assert.deepEqual(found('2ag9xc4nn22', 'mbi'), ['2ag9xc4nn22'])
  const wrong = ['0EG4-TE5-MK73', '1SG4-TE5-MK73', '12G4-TE5-MK73', '1EGA-TE5-MK73', '1EG4-5E5-MK73', '1EG4-TEA-MK73']
  const longer = ['1EG4TE5MK7', '1EG4TE5MK734', 'x-1EG4-TE5-MK73', '1EG4-TE5-MK73-1']
  for (const text of [...wrong, ...longer, '1EG4-TE5-M173']) assert.deepEqual(asked(`mbi ${text}`), [], text)
})

test('who prescribes controlled substances has a check digit, and needs a word', () => {
  const { found, asked } = classOf('phi/us-dea-number')
  for (const text of ['AB9722009', 'MX3322459', 'mx3322459', 'F93832361']) {
    assert.deepEqual(found(text), [], text)
    assert.deepEqual(asked(text), [text])
    assert.deepEqual(found(`DEA: ${text}`), [text])
    for (const other of otherDigits(text, 8)) assert.deepEqual(asked(other), [], other)
  }
  assert.deepEqual(asked('NB9722009'), [], 'no kind of registrant')
  assert.deepEqual(asked('AB0000000'), [])
  assert.deepEqual(found('deal AB9722009'), [], 'the word is another')
})

test('a passport is one where a word says so', () => {
  const { found, asked } = classOf('pii/us-passport')
  for (const text of ['912803456', 'Z12803456', 'z12803456']) {
    assert.deepEqual(asked(text), [])
    assert.deepEqual(found(`my passport is ${text}`), [text])
    assert.deepEqual(found(text, 'PassportNo'), [text])
  }
  for (const text of ['91280345', 'Z1280345', 'ZZ1280345', '000000000', '9128034567', '912803456-1'])
    assert.deepEqual(found(`passport ${text}`), [], text)
})

test("a driver's licence has a form of one of the states", () => {
  const { found, asked } = classOf('pii/us-driver-license')
  const forms = ['A1234567', 'D123456789012', 'AB123456C', 'ABC123456', '12345678A', '123AB4567', '12ABC34567', 'A1B2C']
  for (const text of [...forms, 'M123456R', 'A123456789012345678', '123A456789', '12345678AB']) {
    assert.deepEqual(found(text), [], text)
    assert.deepEqual(asked(text), [text])
    assert.deepEqual(found(`driver's license ${text}`), [text])
  }
  for (const text of ['SMITHJ*412B9', 'ZOE***M*901K']) {
    assert.deepEqual(asked(text), [text])
    assert.deepEqual(found(text), [])
    assert.deepEqual(found(`driver license ${text}`), [text])
  }
  for (const text of ['SMITHJM412B9', 'SMITH*******', 'SMITHJ*412B99', 'AB**********'])
    assert.deepEqual(asked(text), [], text)
  assert.deepEqual(asked('1234567'), [])
  assert.deepEqual(found('DL# 1234567'), ['1234567'])
  assert.deepEqual(found('12345678', 'driver_license'), ['12345678'])
  for (const text of ['ABCDEFGH', 'C12T345672', 'A1111111', '123456', '123456789012345', 'A1234567-8'])
    assert.deepEqual(asked(`license no ${text}`), [], text)
})
