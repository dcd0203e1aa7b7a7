import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRequest, readResponse, type Payload, type RecordedAnswer } from './payload-reader.ts'
import { gatewayEvent, Script } from './testing/journal.ts'
import { TestLog } from './testing/log.ts'

test('of an answer in many objects no more are opened than what is asked for lies in', async () => {
  const log = new TestLog({ objectBytes: 1_000 })
  const script = new Script('ses_A')
  const pieces = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i).repeat(900))
  log.journal.append(gatewayEvent('start'), script.open(), script.request(1))
  for (const piece of pieces) log.journal.append(script.response(1, piece))
  log.journal.append(script.done(1), script.end())
  await log.sealer.flush()
  const got: string[] = []
  const objects = {
    get: async (key: string) => {
      got.push(key)
      return await log.objects.get(key)
    },
    list: async (prefix: string) => await log.objects.list(prefix),
    put: async () => await Promise.reject(new Error('only read')),
    replace: async () => await Promise.reject(new Error('only read')),
    remove: async () => await Promise.reject(new Error('only read')),
  }
  const place = { index: log.store, objects, kek: log.keys.kek }
  const row = log.store.events('ses_A', -1, 100).find(({ t }) => t === 'request') ?? assert.fail('row')
  const { firstObject = 0, lastObject = 0 } = row.response ?? {}
  assert.ok(lastObject - firstObject > 5, 'many objects')
  const begin = await readResponse(place, row, 500)
  assert.deepEqual(toSeen(begin), ['a'.repeat(500), 'more'])
  assert.equal(got.length, 1)
  const whole = await readResponse(place, row, 1e6)
  assert.deepEqual(toSeen(whole), [pieces.join(''), 'none'])
  assert.equal((await readRequest(place, row)).state, 'here')
})

function toSeen(read: Payload<RecordedAnswer>): readonly string[] {
  return read.state === 'here' ? [Buffer.from(read.value.bytes).toString(), read.value.rest] : [read.state]
}
