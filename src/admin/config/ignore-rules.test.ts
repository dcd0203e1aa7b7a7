import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { maskingSettings } from '../../mask/settings.ts'
import { parseYaml, printProblem } from './yaml-source.ts'

const schema = z.strictObject({ masking: maskingSettings })

const good: readonly string[] = [
  'id: test-card',
  'class: pci/card',
  'field: card_*',
  'connection: orders',
  'value: { text: 4111 1111 1111 1111 }',
  'reason: the card of all examples',
  'owner: shop team',
  'expires: 2027-03-31',
]

/** The rule with lines left out or put in place of others. */
function problemsOf(changes: Readonly<Record<string, string | null>>): string[] {
  const lines = good.flatMap((line) => {
    const key = line.slice(0, line.indexOf(':'))
    const changed = changes[key]
    return changed === undefined ? [line] : changed === null ? [] : [`${key}: ${changed}`]
  })
  const text = `masking:\n  ignore:\n    - ${lines.join('\n      ')}\n`
  const parsed = parseYaml('s.yaml', text, schema)
  return parsed.ok ? [] : parsed.problems.map(printProblem)
}

test('a rule that says what, why, whose and until when is read', () => {
  assert.deepEqual(problemsOf({}), [])
  assert.deepEqual(problemsOf({ class: 'pii/*', value: null, field: null, connection: null }), [])
  assert.deepEqual(problemsOf({ class: 'secret/jwt', field: 'example', value: null }), [])
  assert.deepEqual(
    problemsOf({ class: 'secret/github-token', field: null, value: `{ digest: ${'0a'.repeat(16)} }` }),
    [],
  )
})

const bad: readonly (readonly [string, Readonly<Record<string, string | null>>, RegExp])[] = [
  ['without an owner', { owner: null }, /^s\.yaml:3:\d+: masking\.ignore\[0\]\.owner: an ignore rule has an owner$/],
  ['without an expiry', { expires: null }, /^s\.yaml:3:\d+: masking\.ignore\[0\]\.expires: /],
  ['without a reason', { reason: null }, /^s\.yaml:3:\d+: masking\.ignore\[0\]\.reason: an ignore rule says why$/],
  ['that expires on no day', { expires: '2027-02-30' }, /^s\.yaml:10:\d+: masking\.ignore\[0\]\.expires: a day such as/],
  ['that expires some time', { expires: 'never' }, /^s\.yaml:10:\d+: masking\.ignore\[0\]\.expires: a day such as/],
  ['for all secrets', { class: 'secret/*', value: null }, /^s\.yaml:4:\d+: masking\.ignore\[0\]\.class: secrets are not ignored by family/],
  ['for a secret anywhere', { class: 'secret/jwt', value: null, field: null }, /^s\.yaml:4:\d+: masking\.ignore\[0\]\.class: a rule for secrets names one field/],
  ['for a secret in many fields', { class: 'secret/jwt', value: null }, /^s\.yaml:5:\d+: masking\.ignore\[0\]\.field: a rule for secrets names one field/],
  ['with a secret in it', { class: 'secret/jwt' }, /^s\.yaml:7:\d+: masking\.ignore\[0\]\.value: a secret is named by its digest only$/],
  ['for a value without an end', { class: 'secret/jwt', field: null, value: `{ digest: ${'0a'.repeat(16)} }` }, /^s\.yaml:4:\d+: masking\.ignore\[0\]\.class: of 'secret\/jwt' nobody knows where its values end/],
  ['for everything', { class: '"*"', value: null }, /^s\.yaml:4:\d+: masking\.ignore\[0\]\.class: an exact class/],
  ['for one value of a family', { class: 'pii/*' }, /^s\.yaml:4:\d+: masking\.ignore\[0\]\.class: a rule for one value names its exact class$/],
  ['with a digest that is none', { value: '{ digest: 00 }' }, /^s\.yaml:7:\d+: masking\.ignore\[0\]\.value: a value is \{ digest/],
  ['with an unknown key', { field: 'x\n      fields: y' }, /did you mean 'field'\?$/],
] // prettier-ignore

for (const [name, changes, expected] of bad) {
  test(`a rule ${name} is refused, with its line`, () => {
    const problems = problemsOf(changes)
    assert.ok(problems.some((problem) => expected.test(problem)), problems.join('\n') || 'no problem') // prettier-ignore
  })
}

test('two rules of one id are refused: findings could not tell them apart', () => {
  const rule = `- ${good.join('\n      ')}\n`
  const parsed = parseYaml('s.yaml', `masking:\n  ignore:\n    ${rule}    ${rule}`, schema)
  assert.deepEqual(parsed.ok ? [] : parsed.problems.map(printProblem), [
    's.yaml:11:7: masking.ignore[1].id: another rule has this id',
  ])
})
