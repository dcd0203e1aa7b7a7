// The prefilter may list a place too many and must never leave one out; and what is found with it is what is found without.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import * as fc from 'fast-check'
import { allRules } from '../../../test/harness/all-rules.ts'
import { runs, size } from '../../../test/harness/depth.ts'
import wabt from 'wabt'
import { allDetectors } from '../detectors/index.ts'
import { Automaton, dead, unknown } from './automaton.ts'
import { bytesOf, notBytes } from './byte-set.ts'
import { FieldPolicies } from './context.ts'
import { lookAhead, needsWord, Prefilter } from './prefilter.ts'
import { Scanner } from './scanner.ts'

test('the module is what its text says', async () => {
  const tools = await wabt()
  const source = readFileSync(new URL('prefilter.wat', import.meta.url), 'utf8')
  const built = tools.parseWat('prefilter.wat', source, { simd: true, relaxed_simd: true }).toBinary({})
  assert.deepEqual(Buffer.from(built.buffer), readFileSync(new URL('prefilter.wasm', import.meta.url)))
})

const beginnings = [
  { pattern: '[0-9]{4}', left: notBytes('A-Za-z0-9') },
  { pattern: 'sk-[a-z]+', left: notBytes('a-z') },
  { pattern: 'ab?', left: bytesOf('A-Z') },
  { pattern: '(?:GH|gh)[ps]_', left: notBytes('A-Za-z0-9_') },
  { pattern: '\\xe2\\x80[\\x90-\\x95]x', left: notBytes('x') },
  { pattern: '[=:]\\s*"[^"]', left: bytesOf('a-z') },
] as const
function newPrefilter(): Prefilter {
  return new Prefilter(beginnings, new Automaton(beginnings.map((one) => ({ ...one, maxBytes: 64 }))), 'plainEntry')
}

const exact = [/^\d{4}/, /^sk-[a-z]/, /^a/, /^(?:GH|gh)[ps]_/, /^\xe2\x80[\x90-\x95]x/, /^[=:]\s*"[^"]/]

const fragments = fc.constantFrom('0', '12', '2026', 'sk-', 'sk-a', 'a', 'Z', 'Xa', 'GHp_', 'ghs_', 'Ghp_', ' ', '-', '=', ': "', 'k="v', '\xe2\x80\x93x', '\xe2', '\x80', '\xff', '\0') // prettier-ignore

test('every place where a pattern begins is listed, in order and once', () => {
  const prefilter = newPrefilter()
  fc.assert(
    fc.property(fc.array(fragments, { maxLength: 90 }), fc.nat(20), (some, shift) => {
      const text = `${'.'.repeat(shift + 1)}${some.join('')}....`
      const bytes = Buffer.from(text, 'latin1')
      const to = prefilter.find(bytes, 1, bytes.length)
      assert.equal(to, bytes.length - lookAhead)
      const listed = [...prefilter.places.subarray(0, prefilter.count)].map((place) => place + 1)
      assert.deepEqual(listed, [...new Set(listed)].sort((a, b) => a - b)) // prettier-ignore
      for (let i = 1; i < to; i++)
        for (const [k, pattern] of exact.entries())
          if (beginnings[k]?.left[bytes[i - 1] ?? 0] === 1 && pattern.test(text.slice(i)))
            assert.ok(listed.includes(i), `${JSON.stringify(text)} at ${i}, pattern ${k}`)
    }),
    { numRuns: runs(500) },
  )
})

const ends = [
  { pattern: '[0-9]{4}', left: notBytes('A-Za-z0-9'), right: notBytes('0-9'), maxBytes: 64, exact: /^\d{4}(?!\d)/ },
  { pattern: '[0-9]{2,6}', left: notBytes('A-Za-z0-9'), right: notBytes('0-9-'), maxBytes: 64, needsWord: true, exact: /^\d{2,6}(?![-\d])/ },
  { pattern: 'sk-[a-z]+', left: notBytes('a-z'), right: bytesOf(' \t'), maxBytes: 64, exact: /^sk-[a-z]+(?=[ \t])/ },
  { pattern: '(?:GH|gh)[ps]_?[0-9]*', left: notBytes('A-Za-z0-9_'), right: bytesOf('=s'), maxBytes: 64, needsWord: true, exact: /^(?:GH|gh)[ps]_?\d*(?=[=s])/ },
] as const // prettier-ignore

test('what stays has an end that what is behind it allows, and is marked when it needs a word', () => {
  const automaton = new Automaton(ends)
  const prefilter = new Prefilter(ends, automaton, 'plainEntry')
  const known = new Set<number>()
  for (const round of [0, 1]) {
    fc.assert(
      fc.property(fc.array(fragments, { minLength: 4, maxLength: 60 }), (some) => {
        const text = `.${some.join('')}..........`
        const bytes = Buffer.from(text, 'latin1')
        const to = prefilter.find(bytes, 1, bytes.length)
        prefilter.sift()
        const listed = new Map([...prefilter.places.subarray(0, prefilter.count)].map((place) => [(place & ~needsWord) + 1, place >= needsWord])) // prettier-ignore
        for (let i = 1; i < to; i++) {
          const here = ends.filter((one) => one.left[bytes[i - 1] ?? 0] === 1 && one.exact.test(text.slice(i)))
          const isMarked = listed.get(i)
          if (isMarked === true) assert.ok(here.every((one) => 'needsWord' in one), `${JSON.stringify(text)} at ${i} is marked`) // prettier-ignore
          if (here.length > 0) assert.ok(isMarked !== undefined, `${JSON.stringify(text)} at ${i} is gone`)
          // The first time a state is not known, and its place stays.
          if (round === 1 && here.length > 0) known.add(isMarked === true ? 1 : 0)
          const cell = automaton.plainEntry[(automaton.rows[bytes[i - 1] ?? 0] ?? 0) + (bytes[i] ?? 0)]
          if (cell === unknown) automaton.enter(automaton.plainEntry, automaton.rows[bytes[i - 1] ?? 0] ?? 0, bytes[i] ?? 0) // prettier-ignore
          run(automaton, bytes, i)
        }
      }),
      { numRuns: runs(200), seed: 7 },
    )
  }
  assert.deepEqual([...known].sort(), [0, 1])
})

/** As the scanner does: what is not known yet is computed. */
function run(automaton: Automaton, bytes: Uint8Array, start: number): void {
  let cell = automaton.plainEntry[(automaton.rows[bytes[start - 1] ?? 0] ?? 0) + (bytes[start] ?? 0)] ?? dead
  for (let i = start + 1; cell !== dead && i < bytes.length; i++) {
    const state = cell >>> 1
    cell = automaton.table[(bytes[i] ?? 0) * automaton.columnCells + state] ?? dead
    if (cell === unknown) cell = automaton.step(state, bytes[i] ?? 0)
  }
}

test('little of ordinary prose is listed', () => {
  const prefilter = newPrefilter()
  const prose = Buffer.from('The quick brown fox jumps over the lazy dog, and nothing of that is a secret. '.repeat(40))
  prefilter.find(prose, 1, prose.length)
  assert.ok(prefilter.count < prose.length / 15, `${prefilter.count} of ${prose.length}`)
})

const policy = new FieldPolicies(allDetectors).of({ name: null, content: 'text' })

function spansOf(bytes: Uint8Array, cuts: readonly number[]): string[] {
  const scanner = new Scanner(allRules, new Uint8Array(allDetectors.length).fill(1), policy)
  const spans: string[] = []
  let decided = 0
  for (const [k, from] of cuts.entries()) {
    const end = cuts[k + 1] ?? bytes.length
    scanner.feed(bytes, from, end, end === bytes.length)
    const offset = decided - scanner.from
    for (const span of scanner.spans) {
      const at = `${span.start + offset}-${span.end + offset}`
      const last = spans.at(-1)
      if (!span.continued || last === undefined) spans.push(`${allDetectors[span.rule]?.id} ${at}`)
      else spans[spans.length - 1] = `${last.split('-').slice(0, -1).join('-')}-${span.end + offset}`
    }
    decided = scanner.safe + offset
  }
  return spans
}

const parts = fc.constantFrom(
  'the order 123-456 of Tuesday ', '4111 1111 1111 1111', 'alice@example.com', ' card ', ' phone ', '4155550132', '078051123', ' ssn: ', '\t', '\n',
  'DE89370400440532013000', '10.0.0.1', ' lorem ipsum dolor sit amet, consectetur '.repeat(4), 'api_key: Zf3D0LXCM3EIMbgJpUNnkRtOfOueHznB ', 'é', '2026-09-01T10:11:12Z ', '2026-09-01 10:11:12,', '123456-', '12345678-1234-1234-1234-123456781234',
  '3f2a9c4e-8b1d-4c6f-a2e1-9d7b5c3f1a2e ', 'postgresql://app:s3cr3t!@db/x ', '-----BEGIN PRIVATE KEY-----', 'creditCard=', '+1 415 555 2671',
) // prettier-ignore

test('a long value and its short pieces have the same findings', () => {
  const texts = fc.array(parts, { minLength: 8, maxLength: 60 }).map((some) => Buffer.from(some.join('')))
  fc.assert(
    fc.property(
      texts,
      fc.array(fc.integer({ min: 1, max: 180 }), { minLength: 1, maxLength: 20 }),
      (bytes, lengths) => {
        const cuts = [0]
        for (let at = 0, k = 0; ; k++) {
          at += lengths[k % lengths.length] ?? 1
          if (at >= bytes.length) break
          cuts.push(at)
        }
        assert.deepEqual(spansOf(bytes, cuts), spansOf(bytes, [0]))
      },
    ),
    { numRuns: size(150, 4) },
  )
})

test('a word before a cut speaks for a number behind it', () => {
  const padding = ' and nothing of what follows says anything'.repeat(12)
  for (const between of [' ', ' is ', ' is, as far as anybody knows, ']) {
    const bytes = Buffer.from(`${padding} my SSN${between}536904399${padding}`)
    const cut = bytes.indexOf('SSN') + 3
    const found = spansOf(bytes, [0])
    assert.equal(found.length, 1, between)
    // What the first look does not know yet, it keeps.
    for (let look = 0; look < 2; look++) {
      const number = bytes.indexOf('536')
      for (const at of [cut - 1, cut, cut + 1, number - 3, number - 2, number])
        assert.deepEqual(spansOf(bytes, [0, at]), found)
      assert.deepEqual(spansOf(bytes, [0, padding.length + 1, cut]), found)
    }
  }
})
