import assert from 'node:assert/strict'
import test from 'node:test'
import { detecting } from '../../../../test/harness/detecting.ts'
import { germanDocumentDetectors } from './germany-documents.ts'

const { found, asked } = detecting(germanDocumentDetectors)

test('identity cards', () => {
  const card = 'pii/de-id-card'
  for (const number of ['LM3NP45T8', 'lm3np45t8', 'LM3NP45TX1', 'T01234567']) {
    assert.deepEqual(asked(number, card), [`${card}: ${number}`], number)
    assert.deepEqual(found(number), [], `${number} without a word`)
    assert.deepEqual(found(`Personalausweis ${number}`), [`${card}: ${number}`])
  }
  const invalid = [
    'LM3NP45T7',
    'LM3NP45TX2',
    'CM3NP45T5',
    'LB3NP45T5',
    'LM3NP45',
    '123456789',
    'T0123456',
    'T012345670',
  ]
  for (const number of invalid) assert.deepEqual(asked(number, card), [], number)
})

test('serials of identity cards without their check digit, and those of until 2010, need a word', () => {
  const card = 'pii/de-id-card'
  for (const number of ['LM3NP45TX', '1220001297', '1220001297D']) {
    assert.deepEqual(asked(number, card), [], number)
    assert.deepEqual(found(number, 'ausweisNr'), [`${card}: ${number}`], number)
  }
  for (const number of ['1220001298', 'X1220001297', '1220001297-1', '0000000000', 'LMNPRTVWX', 'LMNPRTVW1'])
    assert.deepEqual(found(number, 'ausweisNr'), [], number)
})

test('passports', () => {
  const passport = 'pii/de-passport'
  for (const number of ['CF5GH67J9', 'cf5gh67j9', 'C01X00T478']) {
    assert.deepEqual(asked(number, passport), [`${passport}: ${number}`], number)
    assert.deepEqual(found(number), [], `${number} without a word`)
  }
  assert.deepEqual(found('Reisepass CF5GH67J9'), [`${passport}: CF5GH67J9`])
  assert.deepEqual(found('Reisepass cf5gh67j9'), [`${passport}: cf5gh67j9`])
  assert.deepEqual(found('Reisepass C01X00T47'), [`${passport}: C01X00T47`], 'without its check digit')
  assert.deepEqual(asked('C01X00T47', passport), [])
  for (const number of ['CF5GH67J8', 'C01X00T477', 'AF5GH67J5', 'CF5GH67', '-CF5GH67J9'])
    assert.deepEqual(asked(number, passport), [], number)
})

test('driving licences', () => {
  const licence = 'pii/de-fuehrerschein'
  for (const number of ['B08100A1Z81', 'K12AB34CJX2', 'BO12345678A']) {
    assert.deepEqual(asked(number, licence), [`${licence}: ${number}`], number)
    assert.deepEqual(found(number), [], `${number} without a word`)
    assert.deepEqual(found(`Führerschein-Nr. ${number}`), [`${licence}: ${number}`])
    assert.deepEqual(found(number, 'fuehrerschein_nr'), [`${licence}: ${number}`])
  }
  for (const number of [
    'B08100A1Z91',
    'AB08100A1Z81',
    'ABO12345678A',
    'K12AB34CDX2',
    'B08100A1Z8',
    'BO12345678AB',
    'B012345678A',
  ])
    assert.deepEqual(asked(number, licence), [], number)
})

test('registration plates', () => {
  const plate = 'pii/de-kfz'
  const given = ['B-AB 1234', 'B AB 1234', 'HH-AB-1234', 'KA EF 12H', 'MIL E 1234', 'S AB 12E', 'GÖ-AB 123', 'TÜT-X 7']
  for (const number of given) {
    assert.deepEqual(asked(number, plate), [`${plate}: ${number}`], number)
    assert.deepEqual(found(number), [], `${number} may be an article`)
    assert.deepEqual(found(`Kennzeichen ${number}`), [`${plate}: ${number}`])
  }
  const invalid = [
    'B-AB 12345',
    'MIL AB 1234',
    'B-SS 12',
    'B-AB 012',
    'ABCD-E 12',
    'B AB',
    'X-B-AB-1234',
    'B-AB-1234-9',
    'b ab 1',
  ]
  for (const number of invalid) assert.deepEqual(asked(number, plate), [], number)
})

test('registers of companies and associations', () => {
  const register = 'pii/de-handelsregister'
  for (const number of ['HRB123456', 'HRA 12345', 'HRB 12345 B', 'HRB-Nr. 6684', 'HRB Nr. 6684'])
    assert.deepEqual(found(number), [`${register}: ${number}`], number)
  assert.deepEqual(found('Amtsgericht Ulm, VR 1234'), [`${register}: VR 1234`])
  for (const number of ['HRC 12345', 'HRB 1234567', 'HRB 0123', 'XHRB 123', 'HRB', 'VR 1234', 'HRB 123-4'])
    assert.deepEqual(asked(number, register), [], number)
})

test('postcodes, when somebody asks for them or a word is beside them', () => {
  const postcode = 'pii/de-plz'
  for (const number of ['10115', '01067', '99998'])
    assert.deepEqual(asked(number, postcode), [`${postcode}: ${number}`], number)
  assert.deepEqual(asked('D-10115 Berlin', postcode), [`${postcode}: 10115`])
  assert.deepEqual(found('10115'), [])
  assert.deepEqual(found('PLZ 10115'), [`${postcode}: 10115`])
  assert.deepEqual(found('10115', 'postleitzahl'), [`${postcode}: 10115`])
  for (const number of ['99999', '00115', '05115', '43115', '62115', '01000', '1011', '101155', '1.10115', 'A10115'])
    assert.deepEqual(asked(number, postcode), [], number)
})
