import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, otherDigits } from '../../../../test/harness/one-class.ts'
import { brazilianDetectors } from './brazil.ts'

const classOf = (dataClass: string) => oneClass(brazilianDetectors, dataClass)

test('persons: as printed they prove themselves, eleven digits need a word', () => {
  const { found, asked } = classOf('pii/br-cpf')
  for (const number of ['529.982.247-25', '111.444.777-35', '123.456.789-09']) {
    const plain = number.replace(/\D/g, '')
    assert.deepEqual(found(`de ${number}.`), [number])
    assert.deepEqual(found(plain), [])
    assert.deepEqual(asked(plain), [plain])
    assert.deepEqual(found(`CPF: ${plain}`), [plain])
    assert.deepEqual(found(plain, 'cpf'), [plain])
    for (const place of [12, 13])
      for (const other of otherDigits(number, place)) assert.deepEqual(asked(other), [], other)
  }
  assert.deepEqual(asked('529982247-25'), ['529982247-25'])
  for (const text of ['111.111.111-11', '529.982.247-25-1', '1.529.982.247-25', '529.982.24725', '5299822472'])
    assert.deepEqual(asked(text), [], text)
})

test('companies, with letters, too', () => {
  const { found, asked } = classOf('pii/br-cnpj')
  for (const number of ['11.222.333/0001-81', '00.000.000/0001-91', '12.ABC.345/01DE-35']) {
    assert.deepEqual(found(`CNPJ ${number},`), [number])
    assert.deepEqual(found(number), [number])
    for (const other of otherDigits(number, 17)) assert.deepEqual(asked(other), [], other)
  }
  assert.deepEqual(found('11222333000181'), [])
  assert.deepEqual(found('cnpj 11222333000181'), ['11222333000181'])
  for (const text of ['11.111.111/1111-11', '11.222.333/0001-811', '11.222.333-0001/81'])
    assert.deepEqual(asked(text), [], text)
})

test('workers, patients, voters and drivers need a word', () => {
  const rows = [
    ['pii/br-pis', 'PIS', '20193580815'],
    ['phi/br-cns', 'CNS', '297220185600003'],
    ['phi/br-cns', 'cns:', '823 1114 3139 1203'],
    ['pii/br-titulo-eleitor', 'titulo de eleitor', '483917830248'],
    ['pii/br-cnh', 'CNH', '62472927637'],
    ['pii/br-cnh', 'habilitação', '02650306461'],
  ] as const
  for (const [dataClass, word, number] of rows) {
    const { found, asked } = classOf(dataClass)
    assert.deepEqual(found(`${word} ${number} de`), [number], word)
    assert.deepEqual(found(number), [], word)
    assert.deepEqual(asked(number), [], 'proved by one of eleven numbers')
    for (const other of otherDigits(number, number.length - 1)) assert.deepEqual(found(`${word} ${other}`), [], other)
  }
  const { found } = classOf('pii/br-pis')
  assert.deepEqual(found('201.93580.81-5'), ['201.93580.81-5'])
  assert.deepEqual(found('despise 20193580815'), [])
})

test('identity cards have no rule that all states share', () => {
  const { found } = classOf('pii/br-rg')
  for (const number of ['12.345.678-9', '1.234.567-X', '123456789']) {
    assert.deepEqual(found(`RG: ${number}`), [number])
    assert.deepEqual(found(number), [])
  }
})
