import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import test from 'node:test'
import * as fc from 'fast-check'
import { runs, size } from '../../../test/harness/depth.ts'
import { Fault } from '../../kernel/fault.ts'
import { Automaton, dead, goesOn, unknown } from './automaton.ts'
import { anything } from './byte-set.ts'
import { parsePattern } from './pattern.ts'

/** Ends of the pattern's matches that begin at 0. */
function endsOf(pattern: string, text: string, maxStates?: number): number[] {
  const automaton = new Automaton([{ pattern, left: anything, maxBytes: 64 }], maxStates)
  const ends: number[] = []
  let state = -1
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i)
    let cell =
      (state === -1
        ? automaton.enter(automaton.entry, 0, byte)
        : automaton.table[byte * automaton.columnCells + state]) ?? dead
    if (cell === unknown) cell = automaton.step(state, byte)
    if (cell === dead) break
    state = cell >>> 1
    if ((cell & goesOn) === 0) ends.push(i + 1)
  }
  return ends
}

function endsByRegExp(pattern: string, text: string): number[] {
  const whole = new RegExp(`^(?:${pattern})$`, 's')
  return Array.from({ length: text.length }, (_, i) => i + 1).filter((end) => whole.test(text.slice(0, end)))
}

const piece = fc.constantFrom('a', 'b', '[ab]', '[^a]', '\\d', 'ab', '(?:a|bb)', '.', '\\x61', '[a-c]', '\\.')
const counted = fc
  .tuple(piece, fc.constantFrom('', '?', '*', '+', '{2}', '{1,3}', '{2,}', '{0,2}'))
  .map(([one, count]) => one + count)
const sequence = fc.array(counted, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''))
const patterns = fc.array(sequence, { minLength: 1, maxLength: 3 }).map((parts) => `(?:${parts.join('|')})`)

test('a pattern ends where the same regular expression ends', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.'), maxLength: 8 })
  fc.assert(
    fc.property(patterns, texts, (pattern, value) => {
      assert.deepEqual(endsOf(pattern, value), endsByRegExp(pattern, value))
    }),
    { numRuns: runs(1_000) },
  )
})

test('an automaton whose table is full begins again and says the same', () => {
  const pattern = '(?:a|b)*a(?:a|b){6}'
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 30, maxLength: 60 }), (value) => {
      assert.deepEqual(endsOf(pattern, value, 12), endsByRegExp(pattern, value))
    }),
    { numRuns: runs(200) },
  )
})

test('the table stays within its bound whatever is read', () => {
  const automaton = new Automaton([{ pattern: '(?:a|b)*a(?:a|b){12}', left: anything, maxBytes: 64 }], 100)
  let state = automaton.enter(automaton.entry, 0, 97) >>> 1
  let random = 1
  const steps = size(20_000, 4_000)
  for (let i = 0; i < steps; i++) {
    random = (Math.imul(random, 1_103_515_245) + 12_345) | 0
    const cell = automaton.step(state, 97 + ((random >>> 16) & 1))
    state = cell >>> 1
    assert.ok(automaton.size.states <= 101)
  }
  assert.ok(automaton.generation > 10)
})

test('case is folded on request, in classes as well', () => {
  assert.deepEqual(endsOf('(?i)a[b-c]', 'AC'), [2])
  assert.deepEqual(endsOf('a[b-c]', 'AC'), [])
})

test('characters beyond ASCII are their bytes, and fold their case', () => {
  const latin1 = (text: string): string => Buffer.from(text).toString('latin1')
  assert.deepEqual(endsOf('straße', latin1('straße')), [7])
  assert.deepEqual(endsOf('(?i)é+', latin1('éÉ')), [2, 4])
  assert.deepEqual(endsOf('é+', latin1('éÉ')), [2])
  assert.deepEqual(endsOf('a😀?b', latin1('a😀b')), [6])
})

test('what RE2 writes for the same is taken: names of groups, the other kinds of bytes', () => {
  assert.deepEqual(endsOf('(?P<year>\\d{2})(?<rest>\\D\\S\\W)', '26-x '), [5])
  assert.deepEqual(endsOf('[^\\D]', '1'), [1])
})

for (const [pattern, problem] of [
  ['(a', 'a group that is not closed'],
  ['a)', 'a closing bracket without its opening one'],
  ['[a', 'a class that is not closed'],
  ['a{3', 'counts that cannot be read'],
  ['a{3,2}', 'counts out of range'],
  ['a{900}', 'counts out of range'],
  ['(?=a)', 'a group of a kind that is not supported'],
  ['\\b', 'an escape that is not supported'],
  ['\\x6', 'an escape that cannot be read'],
  ['[z-a]', 'a range that cannot be read'],
  ['[é]', 'a character beyond ASCII in a class; write (?:…|…)'],
  ['\ud800', 'half a character'],
  ['a*?', 'a quantifier after a quantifier; the longest match is taken'],
  ['a{2}{3}', 'a quantifier after a quantifier; the longest match is taken'],
  ['(|*)', 'a quantifier of nothing'],
  ['^a', 'an anchor; a match never begins or ends inside a word'],
  ['a$', 'an anchor; a match never begins or ends inside a word'],
  ['[[:alpha:]]', 'a named class'],
  ['\\pL', 'an escape that is not supported'],
  ['(?P<x', 'a group of a kind that is not supported'],
  ['(((((((((((((((((((((((((((((((((((a', 'groups nested too deeply'],
  ['(?:(?:a{500}){500}){500}', 'too large'],
] as const) {
  test(`what cannot be run is refused: ${pattern}`, () => {
    assert.throws(
      () => parsePattern(pattern),
      (thrown) => thrown instanceof Fault && thrown.code === 'config.invalid' && thrown.facts['problem'] === problem,
    )
  })
}
