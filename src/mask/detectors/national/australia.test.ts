import assert from 'node:assert/strict'
import test from 'node:test'
import { detecting } from '../../../../test/harness/detecting.ts'
import { oneClass, type OneClass, otherDigits } from '../../../../test/harness/one-class.ts'
import { australiaDetectors } from './australia.ts'

const classOf = (dataClass: string): OneClass => oneClass(australiaDetectors, dataClass)

interface Sample {
  readonly dataClass: string
  readonly word: string
  readonly field: string
  readonly texts: readonly string[]
  /** Lengths, first digits, mixtures and numbers of one digit that cannot be. */
  readonly wrong: readonly string[]
  /** Where a digit is checked. */
  readonly place: (text: string) => number
}

const last = (text: string): number => text.length - 1

const samples: readonly Sample[] = [
  {
    dataClass: 'pii/au-abn',
    word: 'ABN:',
    field: 'abn',
    texts: ['37380675691', '56054742701', '28 839 917 215', '28-839-917-215'],
    wrong: ['3738067569', '373806756911', '28 839 917 2154', '2 28 839 917 215', '28 839-917 215', '00000000000'],
    place: last,
  },
  {
    dataClass: 'pii/au-acn',
    word: 'ACN',
    field: 'company_number',
    texts: ['429306123', '713 714 017', '983-993-960'],
    wrong: ['42930612', '4293061233', '1 713 714 017', '713 714-017', '000000000'],
    place: last,
  },
  {
    dataClass: 'pii/au-tfn',
    word: 'tax file number',
    field: 'taxFileNumber',
    texts: ['030862264', '258 154 358', '526-273-502'],
    wrong: ['03086226', '0308622644', '1-258-154-358', '258 154-358', '000000000'],
    place: last,
  },
  {
    dataClass: 'phi/au-medicare',
    word: 'Medicare',
    field: 'medicare_card',
    texts: ['2337432391', '4352 67058 1', '6212-59629-1'],
    wrong: ['233743239', '23374323912', '2337432390', '1337432381', '7212596297', '4352-67058 1'],
    place: (text) => text.replace(/.\D?.$/, '').length,
  },
]

for (const { dataClass, word, field, texts, wrong, place } of samples)
  test(`${dataClass} has its check digit`, () => {
    const { found, asked } = classOf(dataClass)
    for (const text of texts) {
      assert.equal(asked(text).length, 1, text)
      assert.equal(found(`${word} ${text} and`)[0], text)
      assert.equal(found(text, field).length, 1, text)
      for (const other of otherDigits(text, place(text))) assert.deepEqual(asked(`${word} ${other}`), [], other)
    }
    for (const text of wrong) assert.deepEqual(asked(`${word} ${text}`), [], text)
  })

test('only a business in its usual groups stands alone', () => {
  const all = detecting(australiaDetectors)
  assert.deepEqual(all.found('28 839 917 215'), ['pii/au-abn: 28 839 917 215'])
  for (const text of ['37380675691', '713 714 017', '258 154 358', '4352 67058 1'])
    assert.deepEqual(all.found(text), [], text)
})

test('a tax file number of eight digits needs a word even of who asks', () => {
  const { found, asked } = classOf('pii/au-tfn')
  assert.deepEqual(asked('49461646'), [])
  assert.deepEqual(found('TFN 49 461 646'), ['49 461 646'])
  for (const other of otherDigits('49461646', 7)) assert.deepEqual(found(`TFN ${other}`), [], other)
})
