import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, type OneClass, otherDigits } from '../../../../test/harness/one-class.ts'
import { koreaDetectors } from './korea.ts'

const classOf = (dataClass: string): OneClass => oneClass(koreaDetectors, dataClass)

interface Person {
  readonly dataClass: string
  readonly proved: readonly string[]
  readonly words: readonly string[]
  readonly field: string
  readonly wrong: readonly string[]
}

const persons: readonly Person[] = [
  {
    dataClass: 'pii/kr-rrn',
    proved: ['710315-1128573', '000229-3431063', '991231-2338258'],
    words: ['RRN', '주민등록번호:'],
    field: 'jumin_no',
    // No such day; the century of a foreigner or of none.
    wrong: [
      '711315-1128573',
      '710332-1128573',
      '710229-1128573',
      '000229-1431063',
      '000229-2431063',
      '710315-0128573',
      '710315-9128573',
      '710315-5128573',
    ],
  },
  {
    dataClass: 'pii/kr-frn',
    proved: ['850707-5100100', '040404-8546416'],
    words: ['FRN', '외국인등록번호'],
    field: 'foreigner_registration',
    wrong: ['851307-5100100', '850732-5100100', '010229-7100100', '850707-1100100', '850707-9100100'],
  },
]

for (const { dataClass, proved, words, field, wrong } of persons)
  test(`${dataClass}: a day of birth, and a check digit unless a word speaks for it`, () => {
    const { found, asked } = classOf(dataClass)
    for (const text of proved) {
      assert.deepEqual(found(`(${text})`), [text])
      const plain = text.replace('-', '')
      assert.deepEqual(found(plain), [], plain)
      assert.deepEqual(asked(plain), [plain])
      assert.deepEqual(found(plain, field), [plain])
      for (const other of otherDigits(text, 13)) {
        assert.deepEqual(found(other), [], other)
        assert.deepEqual(asked(other), [other], 'those of 2020 and later have none')
        for (const word of words) assert.deepEqual(found(`${word} ${other}`), [other], word)
      }
    }
    for (const text of wrong) {
      assert.deepEqual(asked(`${words[0]} ${text}`), [], text)
      assert.deepEqual(asked(`${words[0]} ${text.replace('-', '')}`), [], text)
    }
    const one = proved[0] ?? ''
    for (const text of [`${one}1`, one.slice(0, -1), `12-${one}`, `${one}-1`])
      assert.deepEqual(asked(`${words[0]} ${text}`), [], text)
  })

test('a driver licence has a region', () => {
  const { found, asked } = classOf('pii/kr-driver-license')
  for (const text of ['11-22-123456-12', '28-01-654321-90', '서울 98-123456-12', '경기98-123456-12'])
    assert.deepEqual(found(`면허 ${text}`), [text])
  assert.deepEqual(found('112212345612'), [])
  assert.deepEqual(asked('112212345612'), ['112212345612'])
  assert.deepEqual(found('driver 112212345612'), ['112212345612'])
  assert.deepEqual(found('28 22 123456 12'), [])
  assert.deepEqual(found('driver 28 22 123456 12'), ['28 22 123456 12'])
  for (const text of [
    '10-22-123456-12',
    '27 22 123456 12',
    '28 22 123456 123',
    '27-22-123456-12',
    '29-22-123456-12',
    '102212345612',
    '272212345612',
  ])
    assert.deepEqual(asked(`driver ${text}`), [], text)
  for (const text of ['11-22-123456-123', '3-11-22-123456-12', '11-22-12345-12', '1122123456123'])
    assert.deepEqual(asked(`driver ${text}`), [], text)
})

test('a business has its check digit, and needs a word', () => {
  const { found, asked } = classOf('pii/kr-brn')
  for (const text of ['120-81-06985', '605-86-50987', '101-81-00016', '210-87-00059', '314-86-00000']) {
    const plain = text.replaceAll('-', '')
    for (const one of [text, plain]) {
      assert.deepEqual(found(one), [], one)
      assert.equal(asked(one).length, 1, one)
      assert.equal(found(one, 'bizNo').length, 1, one)
    }
    assert.deepEqual(found(`사업자등록번호 ${text}`), [text])
    for (const other of otherDigits(text, 11)) assert.deepEqual(asked(`BRN ${other}`), [], other)
  }
  for (const text of ['100-81-06981', '120-00-61238', '120-81-069855', '120-81-0698A', '1-120-81-06985'])
    assert.deepEqual(asked(`BRN ${text}`), [], text)
})

test('a passport is one where a word says so', () => {
  const { found } = classOf('pii/kr-passport')
  for (const text of ['M12345678', 's87654321', 'M123A4567', 'd012d5678']) {
    assert.deepEqual(found(text), [], text)
    assert.deepEqual(found(`passport ${text}`), [text])
    assert.deepEqual(found(`여권번호 ${text}`), [text])
    assert.deepEqual(found(text, 'passportNumber'), [text])
  }
  for (const text of ['A12345678', 'M1234A567', 'M123A456', 'M123456789', 'M11111111'])
    assert.deepEqual(found(`passport ${text}`), [], text)
})
