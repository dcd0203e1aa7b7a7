// The engine against a reference that is slow and plain: a regular expression a detector, tried at every place, the longest
// end that passes. The same texts must give the same spans.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import test from 'node:test'
import * as fc from 'fast-check'
import { size } from '../../test/harness/depth.ts'
import { edge } from './engine/byte-set.ts'
import { FieldPolicies, toWordPattern, toWords } from './engine/context.ts'
import { contextBytes, contextGain, longestWord, threshold, type Detector, type Match } from './engine/detector.ts'
import { enclosures, longestEnclosure } from './engine/enclosures.ts'
import { allDetectors } from './detectors/index.ts'
import { besideStars, RuleSet } from './engine/rule-set.ts'
import { Scanner } from './engine/scanner.ts'
import { isBehindStars } from './operators/own-tokens.ts'

/** Without those that swallow or yield: the engine's own words for these are tested where they are. */
const detectors = allDetectors.filter((one) => one.swallow === undefined && one.yields !== true)
const bounded = detectors.map((one) => ({ ...besideStars(one), refusesMasked: one.left[0x2a] === 0 }))
const patterns = detectors.map((one) => {
  const folds = one.pattern.startsWith('(?i)')
  return new RegExp(`^(?:${folds ? one.pattern.slice(4) : one.pattern})$`, folds ? 'si' : 's')
})
const words = detectors.map((one) => toWordPattern(one.words))

function toMatch(bytes: Buffer, start: number, end: number): Match {
  const before = bytes.toString('latin1', Math.max(0, start - contextBytes), start)
  return {
    bytes,
    start,
    end,
    maskStart: start,
    maskEnd: end,
    text: () => bytes.toString('latin1', start, end),
    before: () => before,
    byteBefore: (distance) => (distance > before.length ? edge : before.charCodeAt(before.length - distance)),
  }
}

type Bounded = Detector & { readonly refusesMasked: boolean }

interface Place {
  readonly start: number
  /** The byte left of it, or the edge: at the beginning, and right behind another finding. */
  readonly left: number
}

/** A word that has ended in the last `contextBytes`, wherever it began. */
function hasWordBefore(bytes: Buffer, start: number, word: RegExp | null): boolean {
  if (word === null) return false
  for (let end = start; end >= 0 && start - end <= contextBytes; end--) {
    const text = bytes.toString('latin1', Math.max(0, end - longestWord - 1), end)
    if (new RegExp(`(?:${word.source})$`).test(toWords(text))) return true
  }
  return false
}

function judge(
  bytes: Buffer,
  { start, left }: Place,
  end: number,
  detector: Bounded,
  word: RegExp | null,
): Match | null {
  if (end - start > detector.maxBytes) return null
  if (detector.left[left] !== 1) return null
  if (detector.right[end === bytes.length ? edge : (bytes[end] ?? 0)] !== 1) return null
  const match = toMatch(bytes, start, end)
  if (detector.refusesMasked && match.byteBefore(1) === 0x2a && isBehindStars(match)) return null
  const hasWord = hasWordBefore(bytes, start, word)
  if (detector.score < threshold && !hasWord) return null
  const score = detector.check === undefined ? detector.score : detector.check(match)
  if (score <= 0) return null
  return score >= threshold || (hasWord && score + contextGain > 0) ? match : null
}

function matchAt(bytes: Buffer, place: Place): { end: number; span: string; isMaskedToEnd: boolean } | null {
  const { start } = place
  const runsOut = new Set<number>()
  for (let end = Math.min(bytes.length, start + 520); end > start; end--) {
    const text = bytes.toString('latin1', start, end)
    for (const [i, detector] of bounded.entries()) {
      if (runsOut.has(i) || patterns[i]?.test(text) !== true) continue
      if (detector.wholeRun === true) runsOut.add(i)
      const match = judge(bytes, place, end, detector, words[i] ?? null)
      if (match === null) continue
      const span = `${detector.id} ${match.maskStart}-${match.maskEnd}`
      return { end, span, isMaskedToEnd: match.maskEnd === end }
    }
  }
  return null
}

const enclosing = enclosures.map(({ pattern }) => new RegExp(`^(?:${pattern})$`))

/** Behind what begins at the place and encloses what follows; 0 when nothing does. */
function enclosedTo(bytes: Buffer, start: number, isFresh: boolean): number {
  const left = isFresh ? edge : (bytes[start - 1] ?? 0)
  for (let end = Math.min(bytes.length, start + longestEnclosure); end > start; end--) {
    const text = bytes.toString('latin1', start, end)
    const right = end === bytes.length ? edge : (bytes[end] ?? 0)
    if (
      enclosures.some((one, i) => one.left[left] === 1 && one.right?.[right] === 1 && enclosing[i]?.test(text) === true)
    )
      return end
  }
  return 0
}

function naive(bytes: Buffer): string[] {
  const spans: string[] = []
  let isFresh = true
  for (let start = 0; start < bytes.length;) {
    const match = matchAt(bytes, { start, left: isFresh ? edge : (bytes[start - 1] ?? 0) })
    if (match !== null) spans.push(match.span)
    const next = Math.max(match?.end ?? start + 1, enclosedTo(bytes, start, isFresh))
    isFresh = match?.isMaskedToEnd === true && match.end === next
    start = next
  }
  return spans
}

const policy = new FieldPolicies(detectors).of({ name: null, content: 'text' })
const scanner = new Scanner(new RuleSet(detectors), new Uint8Array(detectors.length).fill(1), policy)

function engine(bytes: Buffer): string[] {
  scanner.feed(bytes, 0, bytes.length, true)
  return scanner.spans.map((span) => `${detectors[span.rule]?.id} ${span.start}-${span.end}`)
}

const parts = [
  '4111 1111 1111 1111', '4111-1111-1111-1111', '5019717010103742', '378282246310005', 'a', 'alice', '@', 'example.com', '.', '-', ' ', 'x.', '@b.co',
  '078-05-1123', '078051123', 'ssn', 'phone ', 'DE89370400440532013000', 'GB82 WEST 1234 5698 7654 32', '10.0.0.1', '/24', '2001:db8::1', '::1', ':', '1',
  '12', '2026-01-02', '2026-01-02T10:11:12Z', ' 11:25:36.123456', '+00', '3f2a9c4e-8b1d-4c6f-a2e1-', '123456781234', 'born ', '+1 415 555 2671', '(415) 555-0132', '0', 'AKIALALEMEL33243OLIB', 'xoxb-263594206564-FGqddMF8t08v8N7Oq4i57vs1', '://u:p@', 'é', '_', '*',
] // prettier-ignore

test('the engine finds what regular expressions tried at every place find', () => {
  const texts = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 6 }).map((some) => some.join(''))
  fc.assert(
    fc.property(texts, (value) => {
      const bytes = Buffer.from(value)
      assert.deepEqual(engine(bytes), naive(bytes))
    }),
    { numRuns: size(150, 4) },
  )
})
