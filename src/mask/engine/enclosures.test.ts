// Inside of a moment or a UUID no match begins, however the value is cut, and however long it is.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import test from 'node:test'
import { anything, notBytes } from './byte-set.ts'
import { FieldPolicies } from './context.ts'
import type { Detector } from './detector.ts'
import { enclosures, longestEnclosure } from './enclosures.ts'
import { runBytes } from './prefilter.ts'
import { RuleSet } from './rule-set.ts'
import { quickBytes } from './run.ts'
import { Scanner } from './scanner.ts'

const word = notBytes('A-Za-z0-9')

function newDetector(id: string, pattern: string): Detector {
  return { id, dataClass: 'pii/test', pattern, left: word, right: anything, maxBytes: 64, score: 1 }
}

const detectors = [
  newDetector('minute', '[0-9]{2}:[0-9]{2}'),
  newDetector('group', '(?:8b1d|4c6f|a2e1)-'),
  newDetector('before', 'zz 2026-03-1'),
  newDetector('day', 'day 2026-03-14|1999-03-14'),
  newDetector('whole', '[0-9-]{10} [0-9:]{8} UTC'),
]
const set = new RuleSet(detectors)
const policy = new FieldPolicies(detectors).of({ name: null, content: 'text' })

/** What is found, as the rule's id and the text. */
function found(text: string, cut: number): string[] {
  const bytes = Buffer.from(text)
  const scanner = new Scanner(set, new Uint8Array(detectors.length).fill(1), policy)
  const values: string[] = []
  for (const [from, end] of [
    [0, cut],
    [cut, bytes.length],
  ] as const) {
    scanner.feed(bytes, from, end, end === bytes.length)
    for (const { rule, start, end: stop } of scanner.spans)
      values.push(`${detectors[rule]?.id}: ${Buffer.from(scanner.bytes).toString('latin1', start, stop)}`)
  }
  return values
}

const padding = ' and nothing of what stands here is anything,'.repeat(9)

const cases: readonly (readonly [string, readonly string[]])[] = [
  [' 11:25 ', ['minute: 11:25']],
  [' 2026-03-14 11:25:36 ', []],
  [' 2026-03-14T11:25:36.123456789+00:00, ', []],
  [' 2026-03-14T11:25:36,123Z ', []],
  [' 2026-03-14 11:25:36,1234 ', []],
  [' 3f2a9c4e-8b1d-4c6f-a2e1-9d7b5c3f1a2e ', []],
  [' 8b1d-4c6f-a2e1-9d7b5c3f1a2e ', ['group: 8b1d-', 'group: 4c6f-', 'group: a2e1-']],
  // What follows belongs to it, so it is no moment.
  [' 2026-03-14 11:25:36x ', ['minute: 11:25']],
  [' 2026-03-14 11:25:36@example ', ['minute: 11:25']],
  [' 2026-13-14 11:25:36 ', ['minute: 11:25']],
  [' 3f2a9c4e-8b1d-4c6f-a2e1-9d7b5c3f1a2e-1 ', ['group: 8b1d-', 'group: 4c6f-', 'group: a2e1-']],
  // A match that ends inside began before: what the rest is, nothing says.
  [' zz 2026-03-14 11:25:36 ', ['before: zz 2026-03-1', 'minute: 11:25']],
  [' day 2026-03-14 11:25:36 ', ['day: day 2026-03-14', 'minute: 11:25']],
  [' 1999-03-14 11:25:36 ', ['day: 1999-03-14']],
  [' 2026-03-14 11:25:36 UTC ', ['whole: 2026-03-14 11:25:36 UTC']],
  [' 2026-03-14 11:25:36 2026-03-14 11:25:36 11:25', ['minute: 11:25']],
]

for (const [text, expected] of cases)
  test(`in "${text.trim()}" ${expected.length === 0 ? 'nothing' : expected.join(', ')}`, () => {
    for (const value of [text, `${padding}${text}`, `${text}${padding}`, `${padding}${text}${padding}`]) {
      const at = value.indexOf(text)
      // Twice: states that a text is the first to need are kept by the first look.
      for (let look = 0; look < 2; look++)
        for (let cut = at; cut <= at + text.length; cut++)
          assert.deepEqual(found(value, cut), expected, `cut at ${String(cut - at)} of ${JSON.stringify(value)}`)
    }
  })

test('a value of nothing but moments is looked at, wherever the look ends', () => {
  const moments = '2026-03-14 11:25:36\t3f2a9c4e-8b1d-4c6f-a2e1-9d7b5c3f1a2e\t'.repeat(1_500)
  for (let shift = 0; shift < 60; shift++) {
    const value = `${'x'.repeat(shift)} ${moments}11:25`
    assert.deepEqual(found(value, 40_000 + shift), ['minute: 11:25'])
  }
})

test('what encloses is as long as it says at most, and ends before a run is given up', () => {
  const longest = ['2026-03-14 11:25:36.123456789 +00:00', '3f2a9c4e-8b1d-4c6f-a2e1-9d7b5c3f1a2e']
  assert.equal(longest.length, enclosures.length)
  for (const [i, text] of longest.entries()) {
    const pattern = new RegExp(`^(?:${enclosures[i]?.pattern ?? ''})$`)
    assert.ok(pattern.test(text) && text.length <= longestEnclosure, text)
    // Nothing that goes on is of the pattern.
    for (const more of '09afAFzZ.,:+- ') assert.ok(!pattern.test(text + more), text + more)
  }
  assert.ok(longestEnclosure < quickBytes && longestEnclosure < runBytes)
})
