import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Principal } from '../../kernel/principal.ts'
import { size } from '../../../test/harness/depth.ts'
import { agent } from '../../../test/harness/fake-journey.ts'
import { SignIns } from './sign-in.ts'

const clock = { nowMs: () => 1_000_000, upMs: () => 1_000_000 }
const person: Principal = { ...agent, id: 'https://idp.example|sue', subject: 'sue', kind: 'human' }

test('one who asks for links without end loses their own, and signs nobody else out', () => {
  const signIns = new SignIns(clock, size(10_000, 200))
  const cookie = signIns.redeem(signIns.link(person)) ?? ''
  const waiting = signIns.link(person)
  const first = signIns.link(agent)
  for (let i = 0; i < size(20_000, 400); i++) signIns.redeem(signIns.link(agent))
  for (let i = 0; i < 100; i++) signIns.link(agent)
  assert.equal(signIns.redeem(first), null)
  assert.equal(signIns.find(cookie)?.id, person.id)
  assert.notEqual(signIns.redeem(waiting), null)
})

test('a clock that is set back makes no link good for longer', () => {
  let [nowMs, upMs] = [1_000_000, 0]
  const signIns = new SignIns({ nowMs: () => nowMs, upMs: () => upMs })
  const [used, late] = [signIns.link(person), signIns.link(person)]
  nowMs -= 3_600_000
  upMs += 119_000
  assert.notEqual(signIns.redeem(used), null)
  upMs += 1_000
  assert.equal(signIns.redeem(late), null)
})

test('a cookie is good as long as what its person signed in with, and takes the place of nobody after that', () => {
  let nowMs = 1_000_000
  const signIns = new SignIns({ nowMs: () => nowMs, upMs: () => 0 }, 10)
  const signIn = (id: string, expiresAtMs: number): string =>
    signIns.redeem(signIns.link({ ...person, id, expiresAtMs })) ?? ''
  const lasting = signIn('sue', 9_000_000)
  for (let i = 0; i < 9; i++) signIn(`guest ${i}`, 2_000_000)
  nowMs = 2_000_000
  const next = signIn('tom', 9_000_000)
  assert.equal(signIns.find(lasting)?.id, 'sue')
  assert.equal(signIns.find(next)?.id, 'tom')
  nowMs = 9_000_000
  assert.equal(signIns.find(lasting), null)
})
