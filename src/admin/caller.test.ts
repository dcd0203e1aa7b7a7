// Who calls is known before a body is read; a body may take half a minute, and in that time much can end.

import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { agent } from '../../test/harness/fake-journey.ts'
import { toFault } from '../kernel/fault.ts'
import { createFastify, callerOf, type Api } from './caller.ts'

interface Play {
  revoked: boolean
  nowMs: number
  /** Resolves when it is known who calls. */
  readonly known: PromiseWithResolvers<void>
  /** Bodies that reached the route. */
  readonly done: string[]
}

function open(play: Play): Api {
  const rooms = {
    identifier: {
      identify: async () => {
        setImmediate(() => play.known.resolve())
        return await Promise.resolve(agent)
      },
      isRevoked: () => play.revoked,
    },
    clock: { nowMs: () => play.nowMs },
    journey: { failed: (thrown: unknown) => toFault(thrown) },
  }
  const api = createFastify(rooms)
  api.post('/api/things', async (request) => {
    play.done.push((await callerOf(rooms, request)).id)
    return {}
  })
  return api
}

/** @param meanwhile what happens when the first half of the body is there, and who sends it was let in */
async function post(play: Play, meanwhile: () => void): Promise<number> {
  const api = open(play)
  await api.ready()
  const body = new PassThrough()
  const headers = { authorization: 'Bearer x', 'content-type': 'application/json' }
  const answer = api.inject({ method: 'POST', url: '/api/things', headers, payload: body })
  body.write('{')
  await play.known.promise
  meanwhile()
  body.end('}')
  const { statusCode } = await answer
  await api.close()
  return statusCode
}

const fresh = (): Play => ({
  revoked: false,
  nowMs: agent.expiresAtMs - 1,
  known: Promise.withResolvers<void>(),
  done: [],
})

test('who is still who they were is served', async () => {
  const play = fresh()
  assert.equal(await post(play, () => undefined), 200)
  assert.deepEqual(play.done, [agent.id])
})

test('who is revoked while their body comes gets nothing done', async () => {
  const play = fresh()
  assert.equal(await post(play, () => (play.revoked = true)), 401)
  assert.deepEqual(play.done, [])
})

test('nor does who has signed in for a time that is over by then', async () => {
  const play = fresh()
  assert.equal(await post(play, () => (play.nowMs = agent.expiresAtMs)), 401)
  assert.deepEqual(play.done, [])
})
