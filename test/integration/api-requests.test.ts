// Held requests at the API: who sees them, who decides, what a decision is good for, and what is told to whom.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { json, openStage, type Answer, type Stage, type Who } from './api-stage.ts'

let stage: Stage

before(async () => {
  stage = await openStage()
})

after(async () => {
  await stage?.close()
})

async function decide(who: Who, id: string, verb: 'approve' | 'deny', reason = 'as the ticket says'): Promise<Answer> {
  const body = JSON.stringify({ reason })
  return await stage.ask('POST', `/api/requests/${id}/${verb}`, { who, headers: json, body })
}

async function listed(who: Who, state = 'all'): Promise<readonly Record<string, unknown>[]> {
  const answer = await stage.ask('GET', `/api/requests?state=${state}`, { who })
  assert.equal(answer.status, 200, answer.text)
  return answer.json()['requests'] as Record<string, unknown>[]
}

test('the one who asked and the reviewers see a request; nobody else learns that it is there', async () => {
  const { id } = await stage.hold()
  for (const who of ['agent', 'dba'] as const) {
    const found = (await listed(who, 'open')).find((one) => one['id'] === id)
    assert.ok(found, who)
    assert.equal(found['status'], 'open')
    assert.match(String(found['binding']), /^[0-9a-f]{64}$/)
    assert.deepEqual(found['approverGroups'], ['dba'])
  }
  for (const who of ['other', 'oncall', 'security', 'nobody'] as const) {
    assert.equal((await listed(who)).length, 0, who)
    const missing = await decide(who, 'apr_00000000000000000000000000', 'approve')
    const hidden = await decide(who, id, 'approve')
    stage.assertProblem(hidden, 404, 'not-found', /no such request, or it is not yours/)
    assert.equal(hidden.text, missing.text, 'the words for one that is not there')
  }
})

test('an approval lets exactly one statement through, and is over with it', async () => {
  const { id, done } = await stage.hold()
  const approved = await decide('dba', id, 'approve', '  order was\nshipped  ')
  assert.equal(approved.status, 200, approved.text)
  const { status, approver, decisionReason } = approved.json()
  assert.deepEqual([status, approver, decisionReason], ['approved', 'dana', 'order was\nshipped'])
  const ran = await done
  assert.equal(ran.status, 0, ran.stderr)
  for (const verb of ['approve', 'deny'] as const) {
    stage.assertProblem(await decide('dba', id, verb), 403, 'denied')
  }
})

test('a denial is final, whoever comes after', async () => {
  const { id, done } = await stage.hold()
  assert.equal((await decide('dba', id, 'deny', 'no ticket')).json()['status'], 'denied')
  stage.assertProblem(await decide('dba', id, 'approve'), 403, 'denied')
  const ran = await done
  assert.notEqual(ran.status, 0)
  assert.ok(!(await listed('dba', 'open')).some((one) => one['id'] === id))
})

test('of many who decide at once one is heard', async () => {
  const { id, done } = await stage.hold()
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) => decide('dba', id, i % 2 === 0 ? 'approve' : 'deny')),
  )
  const heard = answers.filter(({ status }) => status === 200)
  assert.equal(heard.length, 1, answers.map(({ text }) => text).join('\n'))
  for (const answer of answers.filter((one) => one !== heard[0])) stage.assertProblem(answer, 403, 'denied')
  const ran = await done
  assert.equal(ran.status === 0, heard[0]?.json()['status'] === 'approved')
})

test('a run of a reviewer decides nothing: its token is made for a program', async () => {
  const { id } = await stage.hold()
  const minted = await stage.ask('POST', '/api/runs', { who: 'dba', headers: json, body: '{"connections":[]}' })
  const authorization = `Bearer ${String(minted.json()['token'])}`
  const asRun = { headers: { ...json, authorization }, body: '{"reason":"I would like to"}' }
  const answer = await stage.ask('POST', `/api/requests/${id}/approve`, asRun)
  assert.ok([403, 404].includes(answer.status), answer.text)
  stage.assertProblem(answer, answer.status, answer.status === 403 ? 'denied' : 'not-found')
})

test('a reviewer who is a program, by its claims, decides nothing', async () => {
  const { id } = await stage.hold()
  for (const kind of ['agent', 'ci']) {
    const token = await stage.issuer.token({ sub: 'dana-bot', kind, groups: ['dba', 'agents'] })
    const headers = { ...json, authorization: `Bearer ${token}` }
    const answer = await stage.ask('POST', `/api/requests/${id}/approve`, { headers, body: '{"reason":"go"}' })
    stage.assertProblem(answer, 404, 'not-found')
  }
})

test('a reason is kept as it is written, and what would hide in it is shown', async () => {
  const { id } = await stage.hold()
  const reason = '<script>alert(1)</script> \u202E \'; DROP TABLE approvals; -- "'
  const kept = (await decide('dba', id, 'deny', reason)).json()['decisionReason']
  assert.equal(kept, reason.replace('\u202E', '\\u{202e}'))
})
