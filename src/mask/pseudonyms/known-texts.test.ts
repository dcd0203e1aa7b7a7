import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { runs } from '../../../test/harness/depth.ts'
import { KnownTexts, shortestText } from './known-texts.ts'
import { isLetterOrDigit } from './letter-or-digit.ts'

const toBytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')

/** As the tree does, by trying each. */
function longestOf(texts: readonly string[], text: string, at: number): string | null {
  const fits = texts.filter((one) => {
    const after = toBytes(text)[at + one.length]
    return text.startsWith(one, at) && !(isLetterOrDigit(toBytes(one).at(-1)) && isLetterOrDigit(after))
  })
  return fits.sort((one, other) => other.length - one.length)[0] ?? null
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', '1', '\xe9'), minLength: 1, maxLength: 6 })

test('it finds what trying each text at every place finds', () => {
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 12 }),
      fc.array(word, { maxLength: 12 }),
      fc.nat(3),
      (texts, some, start) => {
        const known = new KnownTexts<string>()
        for (const one of texts) assert.equal(known.add(toBytes(one), one), one.length >= shortestText)
        const [text, kept] = [some.join(''), texts.filter((one) => one.length >= shortestText)]
        const expected: { meaning: string; start: number; end: number }[] = []
        for (let at = start; at < text.length; at++) {
          const before = at > start ? toBytes(text)[at - 1] : undefined
          const meaning =
            isLetterOrDigit(before) && isLetterOrDigit(toBytes(text)[at]) ? null : longestOf(kept, text, at)
          if (meaning === null) continue
          expected.push({ meaning, start: at, end: at + meaning.length })
          at += meaning.length - 1
        }
        assert.deepEqual(known.allIn(toBytes(text), start, text.length), expected)
      },
    ),
    { numRuns: runs(2_000) },
  )
})

test('the first meaning of a text stays; ends are not read past', () => {
  const known = new KnownTexts<number>()
  known.add(toBytes('abc'), 1)
  known.add(toBytes('abc'), 2)
  known.add(toBytes('abc-d'), 3)
  assert.deepEqual(known.allIn(toBytes('abc-d'), 0, 5), [{ meaning: 3, start: 0, end: 5 }])
  assert.deepEqual(known.allIn(toBytes('abc-d'), 0, 4), [{ meaning: 1, start: 0, end: 3 }])
  assert.deepEqual(known.allIn(toBytes('abcd'), 0, 4), [])
})

test('what is too long, or too much with what there is, is not kept; what is kept stays', () => {
  const known = new KnownTexts<number>()
  assert.ok(!known.add(new Uint8Array(513), 0))
  let kept = 0
  const text = (i: number): Uint8Array => toBytes(`${String(i).padStart(5, '0')}${'x'.repeat(500)}`)
  while (kept < 5_000 && known.add(text(kept), kept)) kept++
  assert.ok(kept > 900 && kept < 1_100, String(kept))
  assert.ok(!known.add(text(kept + 1), 0))
  for (let i = 0; i < kept; i += 97)
    assert.deepEqual(known.allIn(text(i), 0, 505), [{ meaning: i, start: 0, end: 505 }], String(i))
})
