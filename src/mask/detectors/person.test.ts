import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass } from '../../../test/harness/one-class.ts'
import { personDetectors } from './person.ts'

const { found } = oneClass(personDetectors, 'pii/person')

test('behind a title', () => {
  const rows = [
    ['ask Mr. Smith about it', ['Smith']],
    ["Mrs Anna-Maria O'Neil, please", ["Anna-Maria O'Neil"]],
    ['Prof. Dr. Jürgen von der Heide', ['Jürgen von der Heide']],
    ['Sehr geehrte Frau Müller,', ['Müller']],
    ['Mme Élodie Durand arrive', ['Élodie Durand']],
    ['Dr. J. R. Ewing', ['J. R. Ewing']],
    ['Mr. Smith’s car', ['Smith']],
    ["Mr. Smith's car", ['Smith']],
    ['Ms. Lee and Mr. Wu', ['Lee', 'Wu']],
    ['Herr Дмитрий Иванов', ['Дмитрий Иванов']],
  ] as const
  for (const [text, names] of rows) assert.deepEqual(found(text), names, text)
})

test('what titles are also before', () => {
  for (const text of [
    'Mr. President, members',
    'a can of Dr. Pepper',
    '12 Elm Dr. Springfield',
    'DrSmith',
    'xMr. Smith',
    'Mr. smith',
    'Herr der Lage',
    'Miss Universe',
    'MrQvshpc+TZ3dmM',
    'Frau Bundeskanzlerin',
  ])
    assert.deepEqual(found(text), [], text)
})

test('introduced or labelled', () => {
  const rows = [
    ['Hello, my name is Alice Cooper and', ['Alice Cooper']],
    ['Ich heiße Bruno Weiß.', ['Bruno Weiß']],
    ["je m'appelle Chloé", ['Chloé']],
    ['Customer Name: Dora Klein\n', ['Dora Klein']],
    ["first_name = 'Emil'", ['Emil']],
    ['"lastName":"Fuchs"', ['Fuchs']],
    ['Patient: Greta H. Ibsen, 41', ['Greta H. Ibsen']],
    ['Nachname: Ünal', ['Ünal']],
  ] as const
  for (const [text, names] of rows) assert.deepEqual(found(text), names, text)
  for (const text of [
    'my name is not important',
    'lastName: String',
    'first_name = Column(String)',
    'first_name = Fetch(row)',
    'fullName: Optional[str]',
    'filename: Report',
    'Patients: Many',
    'first name: none',
  ])
    assert.deepEqual(found(text), [], text)
})

test('in a column of names', () => {
  for (const name of ['first_name', 'lastName', 'customer_name', 'patient', 'Surname', 'user_full_name', 'cardholder'])
    for (const value of ['Alice', 'alice', 'de la Cruz', "O'Neil-Müller, Jr.", 'Дмитрий', '李小龍'])
      assert.deepEqual(found(value, name), [value], `${value} in ${name}`)
  for (const name of ['name', 'file_name', 'patient_status', 'hostname', 'company'])
    assert.deepEqual(found('Alice', name), [], name)
  for (const value of ['null', 'Unknown', 'n/a', '', '42']) assert.deepEqual(found(value, 'first_name'), [], value)
  assert.deepEqual(found('Alice'), [], 'nothing says that it is a name')
})

test('a name is masked however long it is', () => {
  for (let length = 1; length < 80; length++)
    for (const first of ['A', 'Ü', '李']) {
      const value = first + 'a'.repeat(length - 1)
      assert.deepEqual(found(value, 'first_name'), [value], `${length}`)
    }
})
