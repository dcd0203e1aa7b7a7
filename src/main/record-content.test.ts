import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadAction } from '../admin/record-reader.ts'
import type { Event } from '../kernel/event.ts'
import { gatewayEvent, Script } from '../seal/testing/journal.ts'
import { TestLog } from '../seal/testing/log.ts'
import { createRecordContent } from './record-content.ts'

const script = new Script('ses_A')
const asked = (...events: readonly Event[]): readonly Event[] => [
  gatewayEvent('start'),
  script.open(),
  script.request(1),
  ...events,
]

async function readBack(log: TestLog): Promise<ReadAction> {
  const row = log.store.events('ses_A', -1, 100).find(({ t }) => t === 'request') ?? assert.fail('row')
  return await createRecordContent(log.store, log.objects, log.keys.kek).action(row)
}

async function sealed(...events: readonly Event[]): Promise<TestLog> {
  const log = new TestLog()
  log.journal.append(...asked(...events))
  await log.sealer.flush()
  return log
}

test('all of an answer is all of it', async () => {
  const { state, parts, response } = await readBack(await sealed(script.response(1, 'abc'), script.done(1, 3)))
  assert.deepEqual([state, parts.length, Buffer.from(response).toString()], ['whole', 1, 'abc'])
})

test('what waits to be sealed was kept all the same', async () => {
  const log = new TestLog()
  log.journal.append(...asked(script.response(1, 'abc'), script.done(1, 3)))
  await log.sealer.step()
  assert.deepEqual([(await readBack(log)).state, (await readBack(log)).parts], ['pending', []])
  await log.sealer.flush()
  assert.equal((await readBack(log)).state, 'whole')
})

test('what the capture left out was not kept', async () => {
  const some = await sealed(script.response(1, 'abc'), { ...script.done(1, 9), capturedBytes: 3 } as Event)
  assert.equal((await readBack(some)).state, 'not-kept')
  const nothing = await sealed({ ...script.done(1, 9), capturedBytes: 0 } as Event)
  assert.equal((await readBack(nothing)).state, 'not-kept')
})

test('an answer that is too long to be shown was kept', async () => {
  const bytes = 1024 * 1024 + 1
  const { state, response } = await readBack(
    await sealed(script.response(1, Buffer.alloc(bytes, 'a')), script.done(1, bytes)),
  )
  assert.deepEqual([state, response.length], ['not-shown', bytes - 1])
})

test('what was erased is said to be', async () => {
  const log = await sealed(script.response(1, 'abc'), script.done(1, 3))
  log.store.destroyKey('ses_A')
  const { state, parts, response } = await readBack(log)
  assert.deepEqual([state, parts.length, response.length], ['erased', 0, 0])
})
