// The words in a name, found at once, are those that one regular expression a detector would find.

import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { runs } from '../../../test/harness/depth.ts'
import { allDetectors } from '../detectors/index.ts'
import { FieldPolicies, toWordPattern, toWords } from './context.ts'
import { NameWords } from './name-words.ts'

function marked(words: readonly string[], name: string): boolean {
  const hints = new Uint8Array(1)
  const isAny = new NameWords([words]).mark(name, () => hints, 1)
  assert.equal(hints[0], isAny ? 1 : 0)
  return isAny
}

for (const [words, name, isIn] of [
  [['card'], 'cards', true],
  [['card'], 'credit_card', true],
  [['card'], '2card', true],
  [['card'], 'discard', false],
  [['credit_card'], 'my_credit_card_no', true],
  [['p.iva'], 'p_iva', true],
  [['d.o.b'], 'd_o_b', true],
  [['payee$'], 'payee', true],
  [['payee$'], 'payee_name', false],
  [['sin:'], 'sin', false],
  [['tax', 'tax_id'], 'tax_id', true],
  [['card'], '', false],
] as const) {
  test(`${words.join()} ${isIn ? 'in' : 'not in'} ${name}`, () => assert.equal(marked(words, name), isIn))
}

const known = [...new Set(allDetectors.flatMap(({ words, unlike }) => [...(words ?? []), ...(unlike ?? [])]))]
const patterns = allDetectors.map(({ words, unlike }) => [toWordPattern(words), toWordPattern(unlike)] as const)
const policies = new FieldPolicies(allDetectors)

const part = fc.oneof(fc.constantFrom(...known), fc.constantFrom('_', ' ', '1', 'A', 'x', 's', 'No', 'Iva'), fc.string({ maxLength: 3 })) // prettier-ignore

test('what a name says to each detector is what its words say', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const name = parts.join('')
      const words = toWords(name.slice(0, 128))
      const { hints, speaksFor } = policies.toPolicy(name)
      const bare = words.replace(/_$/, '')
      const expected = patterns.map(([speaks, against]) =>
        speaks?.test(words) === true || speaks?.test(bare) === true ? 1 : against?.test(words) === true ? 2 : 0,
      )
      assert.deepEqual([...hints], expected)
      assert.equal(speaksFor, expected.includes(1))
    }),
    { numRuns: runs(2_000) },
  )
})
