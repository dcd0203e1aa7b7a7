import assert from 'node:assert/strict'
import test from 'node:test'
import { detecting } from '../../../../test/harness/detecting.ts'
import { germanHealthDetectors } from './germany-health.ts'

const { found, asked } = detecting(germanHealthDetectors)

test('numbers of insured persons', () => {
  const insured = 'phi/de-health-insurance'
  const valid = ['A123456780', 'M123456785', 'B123456782', 'Z000000005', 'k987654329']
  for (const number of valid) {
    assert.deepEqual(asked(number, insured), [`${insured}: ${number}`], number)
    assert.deepEqual(found(number), [], `${number} alone may be an article`)
    assert.deepEqual(found(`Krankenkasse: ${number}`), [`${insured}: ${number}`])
    assert.deepEqual(found(number, 'kvnr'), [`${insured}: ${number}`])
  }
  const invalid = ['A123456781', 'B123456780', '1123456780', 'A12345678', 'A1234567800', 'AA123456780', 'X-A123456780']
  for (const number of invalid) assert.deepEqual(asked(number, insured), [], number)
})

test('numbers of physicians', () => {
  const physician = 'phi/de-lanr'
  for (const number of ['234567701', '555555501', '987654401', '121000403']) {
    assert.deepEqual(asked(number, physician), [`${physician}: ${number}`], number)
    assert.deepEqual(found(number), [], 'nine digits alone')
    assert.deepEqual(found(`LANR ${number}`), [`${physician}: ${number}`])
  }
  const invalid = ['123456901', '234567601', '234567700', '12345660', '2345677011', '111111111']
  for (const number of invalid) assert.deepEqual(asked(number, physician), [], number)
})

test('numbers of practices need a word, whoever asks', () => {
  const practice = 'phi/de-bsnr'
  assert.deepEqual(asked('721234568', practice), [])
  assert.deepEqual(asked('Betriebsstättennummer: 721234568', practice), [`${practice}: 721234568`])
  assert.deepEqual(asked('BSNR 021234568', practice), [`${practice}: 021234568`])
  assert.deepEqual(found('721234568', 'bsnr'), [`${practice}: 721234568`])
  for (const number of ['001234568', '02123456A', '7212345681', '777777777', '7212345-68'])
    assert.deepEqual(asked(`BSNR ${number}`, practice), [], number)
})
