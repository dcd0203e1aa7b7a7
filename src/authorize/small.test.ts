// The small parts: places in text, bindings, who completes an approval, the cache, the store in memory.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Signature } from '../kernel/approval.ts'
import type { Hold } from '../kernel/decision.ts'
import { toBinding } from './binding.ts'
import { BoundedCache } from './bounded-cache.ts'
import { DecisionBell } from './decision-bell.ts'
import { placeWithin, splitPolicies } from './policy-text.ts'
import { toReadable } from './review-text.ts'
import { isSatisfied } from './reviewers.ts'

test('policies are cut at their semicolons and nowhere else', () => {
  const text = '\uFEFF// no; comment\n@id("a;\\";b") permit (x); // tail;\n\nforbid (y) when { "//" == "z" };\nrest'
  assert.deepEqual(
    splitPolicies('f', text).map((piece) => [piece.text, piece.place.line, piece.place.column]),
    [
      ['@id("a;\\";b") permit (x);', 2, 1],
      ['forbid (y) when { "//" == "z" };', 4, 1],
      ['rest', 5, 1],
    ],
  )
})

test('a place inside of a policy counts characters where Cedar counts bytes', () => {
  const [, piece] = splitPolicies('f', 'a;\n  "é€" x\n y;')
  assert.ok(piece)
  assert.deepEqual(placeWithin(piece, 0), { file: 'f', line: 2, column: 3 })
  assert.deepEqual(placeWithin(piece, Buffer.byteLength('"é€" ')), { file: 'f', line: 2, column: 8 })
  assert.deepEqual(placeWithin(piece, Buffer.byteLength('"é€" x\n y')), { file: 'f', line: 3, column: 3 })
})

const decision: Hold = {
  outcome: 'hold',
  policies: ['p'],
  policyVersion: 'v',
  reason: 'r',
  approverGroups: ['g'],
  grantForMs: null,
  authors: [],
}
const connection = { name: 'c', protocol: 'p', target: new URL('tcp://t') }

test('property: bindings are equal exactly when the pieces are', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 4, max: 2 }), { maxLength: 4 })
  const bindingOf = (canonical: readonly Uint8Array[]) =>
    toBinding({ principal: { id: 'i', kind: 'agent', act: [] }, connection, canonical, decision })
  fc.assert(
    fc.property(pieces, pieces, (a, b) => {
      const isSame = JSON.stringify(a.map((one) => [...one])) === JSON.stringify(b.map((one) => [...one]))
      assert.equal(bindingOf(a) === bindingOf(b), isSame)
    }),
  )
})

test('a binding tells the same bytes apart when they are cut or listed otherwise', () => {
  const of = (canonical: readonly string[], policies: readonly string[], approverGroups: readonly string[]) =>
    toBinding({
      principal: { id: 'i', kind: 'agent', act: [] },
      connection,
      canonical: canonical.map((text) => Buffer.from(text)),
      decision: { ...decision, policies, approverGroups },
    })
  const all = [
    of(['ab', 'c'], ['p', 'q'], ['g']),
    of(['a', 'bc'], ['p', 'q'], ['g']),
    of(['abc', ''], ['p', 'q'], ['g']),
    of(['ab', 'c'], ['p'], ['q', 'g']),
  ]
  assert.equal(new Set(all).size, all.length)
})

test('a binding tells an act chain from a longer name', () => {
  const of = (id: string, subject: string) =>
    toBinding({
      principal: { id, kind: 'agent', act: [{ issuer: 'i', subject, kind: 'human' }] },
      connection,
      canonical: [],
      decision,
    })
  assert.notEqual(of('ab', 'c'), of('a', 'bc'))
  assert.match(of('a', 'b'), /^[0-9a-f]{64}$/)
})

test('property: groups are satisfied exactly when people can be dealt out to them', () => {
  const groups = ['a', 'b', 'c']
  const people = fc.array(fc.subarray(groups, { minLength: 1 }), { maxLength: 4 })
  const deal = (wanted: readonly string[], left: readonly (readonly string[])[]): boolean => {
    const [first, ...rest] = wanted
    if (first === undefined) return true
    return left.some((one, index) => one.includes(first) && deal(rest, left.toSpliced(index, 1)))
  }
  fc.assert(
    fc.property(people, fc.subarray(groups, { minLength: 1 }), (sets, wanted) => {
      const signatures = sets.map((own, index): Signature => ({
        approver: { id: `${index}`, display: '', kind: 'human' },
        groups: own.filter((group) => wanted.includes(group)),
        reason: '',
        atMs: 0,
      }))
      assert.equal(isSatisfied(wanted, signatures), deal(wanted, sets))
      // The same person again changes nothing.
      assert.equal(isSatisfied(wanted, [...signatures, ...signatures]), deal(wanted, sets))
    }),
  )
  assert.equal(isSatisfied([], []), false)
})

test('what a reviewer reads keeps letters, lines and tabs, and shows everything invisible', () => {
  assert.equal(toReadable('naïve\n\t日本 🎉 '), 'naïve\n\t日本 🎉 ')
  assert.equal(
    toReadable('a\u0000\u009B\u2028\u2066\uFEFF\u{E0041}\uD800z'),
    'a\\u{0}\\u{9b}\\u{2028}\\u{2066}\\u{feff}\\u{e0041}\\u{d800}z',
  )
})

test('the cache forgets what was not asked for longest', () => {
  const cache = new BoundedCache<number>(2)
  cache.set('a', 1)
  cache.set('b', 2)
  cache.get('a')
  cache.set('c', 3)
  assert.deepEqual([cache.get('a'), cache.get('b'), cache.get('c'), cache.size], [1, undefined, 3, 2])
  cache.set('a', 4)
  assert.deepEqual([cache.get('a'), cache.get('c'), cache.size], [4, 3, 2])
})

test('a ring before the pause is not missed, and an asker that leaves is woken', { timeout: 5_000 }, async () => {
  const bell = new DecisionBell()
  const leaving = new AbortController()
  const [early, late] = [bell.listen('a', leaving.signal), bell.listen('a', leaving.signal)]
  early.wake()
  await early.pause(60_000)
  const paused = Promise.all([early.pause(60_000), late.pause(60_000)])
  bell.ring('a')
  await paused
  const left = Promise.all([early.pause(60_000), late.pause(60_000)])
  leaving.abort()
  await left
  assert.equal(bell.count, 2)
  for (const listener of [early, late, early]) listener.close()
  assert.equal(bell.count, 0)
  bell.ring('a')
})
