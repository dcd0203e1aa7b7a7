import assert from 'node:assert/strict'
import test from 'node:test'
import { isDeep, size } from '../../test/harness/depth.ts'
import {
  actionsAfterPowerCut,
  actionsOf,
  answered,
  dir,
  eventsOf,
  isFault,
  openBench,
  readAll,
  requested,
  segments,
} from './testing/fixture.ts'
import type { MemoryDisk } from './testing/memory-disk.ts'

test('a hole that a power cut left before batches that were never durable is a torn tail', async () => {
  const { disk, journal } = await openBench({ syncAfterMs: 10_000 })
  await journal.durable(journal.append(answered(1)))
  const [name = ''] = segments(disk)
  const hole = disk.bytesOf(name).length
  for (const action of [2, 3, 4]) await journal.written(journal.append(answered(action)))
  const left = disk.afterKill()
  left.files.delete(`${dir}/durable.mark`)
  left.bytesOf(name).fill(0, hole, hole + 100)
  assert.deepEqual(actionsOf(readAll(left, 'whole')), [1])
  const next = await openBench({}, left, 'boot_2')
  await next.journal.durable(next.journal.append(answered(5)))
  assert.deepEqual(actionsOf(readAll(left)), [1, 5])
  await next.journal.close()
  await journal.close()
})

test('what kill -9 left in memory only is on disk when the next start is ready', async () => {
  const first = await openBench({ syncAfterMs: 10_000 })
  await first.journal.written(first.journal.append(answered(1)))
  const second = await openBench({}, first.disk.afterKill(), 'boot_2')
  assert.deepEqual(actionsOf(readAll(second.disk)), [1])
  assert.deepEqual(actionsAfterPowerCut(second.disk), [1])
  await second.journal.close()
  await first.journal.close()
})

test('a segment is on disk to its end before the next one is begun', async () => {
  const { disk, journal } = await openBench({ segmentBytes: 400, syncAfterMs: 10_000 })
  const settled: number[] = []
  for (let action = 1; action < 20; action += 2) {
    const gate = Promise.withResolvers<void>()
    disk.syncGate = gate.promise
    const durable = journal.durable(journal.append(answered(action)))
    await new Promise((resolve) => setImmediate(resolve))
    const during = journal.append(answered(action + 1))
    await journal.written(during)
    disk.syncGate = null
    gate.resolve()
    await durable
    // Rotation has settled it, or nothing has yet.
    if (journal.durable(during) === undefined) settled.push(action + 1)
    const found = actionsAfterPowerCut(disk)
    assert.deepEqual(
      settled.filter((one) => !found.includes(one)),
      [],
    )
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  assert.ok(settled.length > 1, `${settled.length}`)
  await journal.close()
})

test('two histories of one folder cannot be put together', async () => {
  const first = await openBench()
  await first.journal.durable(first.journal.append(answered(1)))
  const forks: MemoryDisk[] = []
  for (const action of [10, 20]) {
    const second = await openBench({}, first.disk.afterKill(), 'boot_2')
    await second.journal.durable(second.journal.append(answered(action)))
    const third = await openBench({}, second.disk.afterKill(), 'boot_3')
    await third.journal.durable(third.journal.append(answered(action + 1)))
    forks.push(third.disk)
  }
  const [one, two] = forks
  assert.ok(one !== undefined && two !== undefined)
  assert.deepEqual(actionsOf(readAll(one)), [1, 10, 11])
  const [, second = ''] = segments(one)
  const other = two.files.get(second)
  assert.ok(other !== undefined)
  one.files.set(second, other)
  assert.throws(() => readAll(one), isFault('record.corrupt', { what: 'chain' }))
})

test('a mark inside a batch shows nothing of the batch', async () => {
  const { disk, journal } = await openBench()
  for (const action of [1, 2, 3]) journal.append(answered(action))
  await journal.close()
  const mark = disk.bytesOf(`${dir}/durable.mark`)
  mark.writeDoubleLE(2, 0)
  assert.deepEqual(actionsOf(readAll(disk)), [])
  mark.writeDoubleLE(-2, 8)
  assert.throws(() => readAll(disk), isFault('record.corrupt', { what: 'durable-events-missing' }))
})

test('more strings than the table holds: both sides begin again at the same batch', async () => {
  const { disk, journal } = await openBench()
  const names = Array.from({ length: 8_200 }, (_, index) => `ses_${index}`)
  const said = [...names, ...names.slice(0, 100), ...names.slice(-100), ...names.slice(0, 100)]
  // An event with a hundred of them costs less than a hundred events.
  const events = isDeep
    ? said.map((session) => Object.assign(answered(1), { session }))
    : Array.from({ length: 85 }, (_, i) => ({ ...requested, actions: said.slice(i * 100, i * 100 + 100) }))
  for (const [index, event] of events.entries()) {
    const position = journal.append(event)
    if (index % size(100, 1) === size(99, 0)) await journal.written(position)
  }
  await journal.close()
  assert.deepEqual(eventsOf(readAll(disk)), events)
})

test('positions stay above the last one that anybody remembers, when the folder was emptied', async () => {
  const { journal } = await openBench({}, undefined, 'boot_1', 5_000)
  assert.equal(journal.append(answered(1)), 5_001)
  await journal.close()
})
