// Runs that share a long stretch find what each would find alone, wherever the text is cut.

import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { runs } from '../../../test/harness/depth.ts'
import { toBytes } from '../../../test/harness/masking.ts'
import { anything, notBytes } from './byte-set.ts'
import { FieldPolicies } from './context.ts'
import type { Detector } from './detector.ts'
import { RuleSet } from './rule-set.ts'
import { Scanner } from './scanner.ts'

const longest = 24
const fits = (length: number): boolean => length >= 3 && length <= longest && length % 5 === 0

const detector: Detector = {
  id: 'stretch',
  dataClass: 'pii/stretch',
  pattern: '=[a-z=]{2}[a-z=]*',
  left: anything,
  right: notBytes('a-z='),
  maxBytes: longest,
  score: 1,
  check: (match) => (fits(match.end - match.start) ? 1 : 0),
  wholeRun: true,
}

function expected(text: string): string[] {
  const found: string[] = []
  for (let i = 0; i < text.length;) {
    const [stretch = ''] = text.charAt(i) === '=' ? (/^=[a-z=]*/.exec(text.slice(i)) ?? []) : []
    if (fits(stretch.length)) found.push(stretch)
    i += fits(stretch.length) ? stretch.length : 1
  }
  return found
}

const set = new RuleSet([detector])
const policy = new FieldPolicies([detector]).of({ name: null, content: 'text' })

function scanned(text: string, cuts: readonly number[]): string[] {
  const scanner = new Scanner(set, Uint8Array.of(1), policy)
  const found: string[] = []
  const bytes = toBytes(text)
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  for (const [i, from] of places.entries()) {
    const isLast = i === places.length - 1
    scanner.feed(bytes, from, places[i + 1] ?? bytes.length, isLast)
    for (const { start, end } of scanner.spans) found.push(new TextDecoder().decode(scanner.bytes.slice(start, end)))
  }
  return found
}

const text = fc.array(fc.constantFrom('a', 'b', '=', '=', '==', 'ab', 'abcdefghij', '.', ' '), { maxLength: 40 })

test('whatever runs share, each finds what it would find alone', () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 6 }), (parts, cuts) => {
      const whole = parts.join('')
      assert.deepEqual(scanned(whole, cuts), expected(whole))
    }),
    { numRuns: runs(20_000) },
  )
})
