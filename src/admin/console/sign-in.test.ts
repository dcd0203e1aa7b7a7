import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Principal } from '../../kernel/principal.ts'
import { agent } from '../../../test/harness/fake-journey.ts'
import { SignIns } from './sign-in.ts'

const clock = { nowMs: () => 1_000_000, upMs: () => 1_000_000 }
const person: Principal = { ...agent, id: 'https://idp.example|sue', subject: 'sue', kind: 'human' }

test('one who asks for links without end loses their own, and signs nobody else out', () => {
  const signIns = new SignIns(clock)
  const cookie = signIns.redeem(signIns.link(person)) ?? ''
  const waiting = signIns.link(person)
  const first = signIns.link(agent)
  for (let i = 0; i < 20_000; i++) signIns.redeem(signIns.link(agent))
  for (let i = 0; i < 100; i++) signIns.link(agent)
  assert.equal(signIns.redeem(first), null)
  assert.equal(signIns.find(cookie)?.id, person.id)
  assert.notEqual(signIns.redeem(waiting), null)
})
