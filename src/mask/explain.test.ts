import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import test from 'node:test'
import * as fc from 'fast-check'
import { runs, size } from '../../test/harness/depth.ts'
import { newMasking } from '../../test/harness/masking.ts'
import type { IgnoreRule } from './ignore.ts'

const card = '4111 1111 1111 1111'
const masking = newMasking()

test('a finding says which detector, check, word and score made it, and what replaces it', () => {
  assert.deepEqual(masking.explain(`my card is ${card}`), {
    threshold: 0.4,
    findings: [
      {
        class: 'pci/card',
        rule: 'card-number',
        start: 11,
        end: 30,
        score: 1,
        base: 0.8,
        validator: 'passed',
        context: { words: ['card'], field: null },
        operator: 'partial',
        replacement: '**** **** **** 1111',
      },
    ],
    near: [],
  })
})

test('what a field name adds is told', () => {
  const [plain] = masking.explain('123456789').findings
  assert.equal(plain, undefined)
  const [found] = masking.explain('123456789', { field: 'ssn' }).findings
  assert.equal(found?.class, 'pii/us-ssn')
  assert.equal(found?.context.field, 'ssn')
  assert.ok((found?.base ?? 1) < 0.4 && (found?.score ?? 0) >= 0.4)
  const [named] = masking.explain('hunter2', { field: 'password' }).findings
  assert.deepEqual([named?.rule, named?.start, named?.end, named?.context.field], ['named-secret', 0, 7, 'password'])
})

for (const [what, text, expected] of [
  ['no word', 'take 123456789 with you', { class: 'pii/us-ssn', start: 5, end: 14, why: 'needs a word' }],
  ['a check', 'card 4111 1111 1111 1112', { class: 'pci/card', start: 5, end: 24, why: 'its check refused it' }],
  ['letters before', 'x4111111111111111', { class: 'pci/card', start: 1, end: 17, why: 'boundary' }],
  ['letters behind', '4111111111111111x', { class: 'pci/card', start: 0, end: 16, why: 'boundary' }],
] as const) {
  test(`a near miss says why it is none: ${what}`, () => {
    const { findings, near } = masking.explain(text)
    assert.deepEqual(findings, [])
    const miss = near.find((one) => one.class === expected.class)
    assert.deepEqual({ class: miss?.class, start: miss?.start, end: miss?.end, why: miss?.why }, expected)
  })
}

test('what a rule lets through is told with the rule, and is masked no more', () => {
  const ignore: readonly IgnoreRule[] = [
    { id: 'test-card', class: 'pci/card', connection: 'orders', reason: 'a test card', owner: 'qa', expires: '2999-01-01' },
  ] // prettier-ignore
  const ignoring = newMasking({ ignore })
  assert.equal(ignoring.explain(card).findings.length, 1)
  const { findings, near } = ignoring.explain(card, { connection: 'orders' })
  assert.deepEqual(findings, [])
  assert.deepEqual([near[0]?.class, near[0]?.why], ['pci/card', 'ignored by rule test-card'])
})

test('offsets are those of the text, whatever its characters, and Base64 is told as that', () => {
  const inside = Buffer.from('mail alice@example.com to me please').toString('base64')
  const text = `é🚀 ${card} ${inside}`
  const { findings } = masking.explain(text)
  assert.deepEqual(findings.map(({ start, end, encoded }) => [text.slice(start, end), encoded]), [[card, undefined], [inside, true]]) // prettier-ignore
})

test('it finds what scan finds, and there are few misses, in any text', () => {
  const parts = fc.constantFrom(card, 'alice@example.com', '078-05-1123', 'ssn ', '123456789', ' ', ', ', 'x', 'ü', '🚀', 'api_key: Zf3D0LXCM3EIMbgJpUNnkRtOfOueHznB') // prettier-ignore
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), (some) => {
      const text = some.join('')
      const { findings, near } = masking.explain(text)
      const placed = findings.map(({ class: name, start, end, score }) => ({ class: name, start, end, score }))
      assert.deepEqual(placed, masking.scan(text))
      assert.ok(near.length <= 20)
      for (const one of near) assert.ok(findings.every(({ start, end }) => one.end <= start || one.start >= end))
      for (const { score, base } of findings) assert.ok(score >= 0.4 && base > 0)
    }),
    { numRuns: runs(300) },
  )
})

test('a text of nothing but digits is explained in bounded time and space', () => {
  const { near } = masking.explain('4111 1111 1111 1112 '.repeat(size(1_500, 300)))
  assert.ok(near.length <= 20)
})
