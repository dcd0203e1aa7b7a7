import assert from 'node:assert/strict'
import test from 'node:test'
import type { GatewayEvent } from '../kernel/event.ts'
import {
  actionsAfterPowerCut,
  actionsOf,
  answered,
  isFault,
  openBench,
  readAll,
  segments,
  until,
} from './testing/fixture.ts'
import type { Bench } from './testing/fixture.ts'

const unavailable = isFault('record.unavailable')
const message = /^record\.unavailable: The gateway cannot record, so nothing passes\.$/

async function openWithOne(): Promise<Bench & { readonly first: number }> {
  const bench = await openBench({ probeEveryMs: 5 })
  const first = bench.journal.append(answered(1))
  await bench.journal.durable(first)
  return { ...bench, first }
}

test('a write that fails tells everybody who waits, and nothing passes until it works again', async () => {
  const { disk, journal, first } = await openWithOne()
  disk.fault = (operation) => (operation === 'write' ? 'ENOSPC' : null)
  const position = journal.append(answered(2))
  const [written, durable] = [journal.written(position), journal.durable(position)]
  await assert.rejects(async () => written, { name: 'Fault', code: 'record.unavailable', message })
  await assert.rejects(async () => durable, isFault('record.unavailable', { step: 'write', error: 'ENOSPC' }))
  assert.throws(() => journal.append(answered(3)), isFault('record.unavailable', { step: 'write', error: 'ENOSPC' }))
  await assert.rejects(async () => journal.written(position), unavailable)
  assert.equal(journal.failed?.code, 'record.unavailable')
  assert.equal(journal.durable(first), undefined)

  disk.fault = () => null
  await until(() => journal.failed === null)
  const after = journal.append(answered(4))
  await journal.durable(after)
  assert.ok(after > position)
  // Its event is lost, whatever came later.
  await assert.rejects(async () => journal.written(position), isFault('record.unavailable', { reason: 'lost' }))
  await assert.rejects(async () => journal.durable(position), unavailable)
  const stored = readAll(disk)
  assert.deepEqual(actionsOf(stored), [1, 4])
  const downtime = stored.find(({ event }) => event.t === 'gateway')?.event as GatewayEvent
  assert.equal(downtime.kind, 'downtime')
  assert.deepEqual([downtime.body['lostAfter'], downtime.body['lostThrough']], [first, position])
  assert.equal(segments(disk).length, 2)
  await journal.close()
})

test('a large append that cannot be written throws at once', async () => {
  const { disk, journal } = await openBench({ batchBytes: 10 })
  disk.fault = (operation) => (operation === 'write' ? 'EIO' : null)
  assert.throws(() => journal.append(answered(1)), isFault('record.unavailable', { step: 'write', error: 'EIO' }))
  await assert.rejects(journal.close(), unavailable)
})

test('a disk that fills in the middle of a batch leaves a torn batch, which nobody reads', async () => {
  const { disk, journal } = await openWithOne()
  let writes = 0
  disk.maxWriteBytes = 50
  disk.fault = (operation) => (operation === 'write' && ++writes > 1 ? 'ENOSPC' : null)
  const position = journal.append(answered(2))
  await assert.rejects(async () => journal.written(position), unavailable)
  assert.deepEqual(actionsOf(readAll(disk.afterKill(), 'whole')), [1])
  disk.fault = () => null
  disk.maxWriteBytes = 10_000
  await until(() => journal.failed === null)
  await journal.durable(journal.append(answered(3)))
  assert.deepEqual(actionsOf(readAll(disk)), [1, 3])
  await journal.close()
})

test('what was written before a failure is saved by a last sync', async () => {
  const { disk, journal } = await openBench({ probeEveryMs: 5, syncAfterMs: 10_000 })
  const saved = journal.append(answered(1))
  await journal.written(saved)
  disk.fault = (operation) => (operation === 'write' ? 'ENOSPC' : null)
  const lost = journal.append(answered(2))
  await assert.rejects(async () => journal.written(lost), unavailable)
  await assert.rejects(async () => journal.durable(saved), unavailable)
  disk.fault = () => null
  await until(() => journal.failed === null)
  assert.equal(journal.durable(saved), undefined)
  await assert.rejects(async () => journal.durable(lost), unavailable)
  assert.deepEqual(actionsAfterPowerCut(disk), [1])
  await journal.close()
})

test('what was written before a failure is lost when the last sync fails too', async () => {
  const { disk, journal } = await openBench({ probeEveryMs: 5, syncAfterMs: 10_000 })
  const first = journal.append(answered(1))
  await journal.written(first)
  disk.fault = (operation) => (operation === 'write' ? 'ENOSPC' : operation === 'sync' ? 'EIO' : null)
  const { sync } = disk.counts
  await assert.rejects(async () => journal.written(journal.append(answered(2))), unavailable)
  await until(() => disk.counts.sync > sync)
  disk.fault = () => null
  await until(() => journal.failed === null)
  await assert.rejects(async () => journal.durable(first), isFault('record.unavailable', { reason: 'lost' }))
  await journal.durable(journal.append(answered(3)))
  assert.deepEqual(actionsOf(readAll(disk)), [3])
  await journal.close()
})

test('after a failed sync nothing since the last good one is trusted, even when a later sync succeeds', async () => {
  const { disk, journal, first } = await openWithOne()
  disk.fault = (operation) => (operation === 'sync' ? 'EIO' : null)
  const second = journal.append(answered(2))
  const durable = journal.durable(second)
  await journal.written(second)
  await assert.rejects(async () => durable, isFault('record.unavailable', { step: 'sync', error: 'EIO' }))
  await assert.rejects(async () => journal.written(second), unavailable)
  disk.fault = () => null
  await until(() => journal.failed === null)
  const third = journal.append(answered(3))
  await journal.durable(third)
  await assert.rejects(async () => journal.durable(second), isFault('record.unavailable', { reason: 'lost' }))
  assert.equal(journal.durable(first), undefined)
  // The batch is readable in the old segment; the new one says that the segment ended before it.
  assert.deepEqual(actionsOf(readAll(disk)), [1, 3])
  assert.deepEqual(actionsAfterPowerCut(disk), [1, 3])
  await journal.close()
})

test('a journal goes on failing while the disk does, and leaves no pile of files', async () => {
  const { disk, journal } = await openWithOne()
  let attempts = 0
  disk.fault = (operation) => {
    if (operation === 'create') attempts++
    return operation === 'write' || operation === 'sync' ? 'ENOSPC' : null
  }
  assert.equal(typeof journal.append(answered(2)), 'number')
  await until(() => attempts >= 3)
  assert.notEqual(journal.failed, null)
  assert.equal([...disk.files.keys()].filter((name) => name.includes('.wal')).length, 1)
  disk.fault = () => null
  await until(() => journal.failed === null)
  await journal.close()
  assert.equal(disk.openFiles, 0)
})

test('a recovery that cannot be finished or taken back is never left beside its successor', async () => {
  const { disk, journal } = await openWithOne()
  disk.fault = (operation) => (operation === 'write' ? 'EIO' : null)
  assert.equal(typeof journal.append(answered(2)), 'number')
  await until(() => journal.failed !== null)
  // The header is written and synced; the first batch is written, its sync fails, and so does removing the file.
  let syncs = 0
  disk.fault = (operation) => {
    if (operation === 'sync') return ++syncs % 2 === 0 ? 'EIO' : null
    return operation === 'remove' && syncs > 1 ? 'EIO' : null
  }
  await until(() => disk.counts.remove > 6)
  assert.notEqual(journal.failed, null)
  assert.equal(segments(disk).length, 2)
  disk.fault = () => null
  await until(() => journal.failed === null)
  await journal.durable(journal.append(answered(3)))
  assert.deepEqual(actionsOf(readAll(disk)), [1, 3])
  await journal.close()
})

test('a start on a disk that cannot be written says so', async () => {
  for (const operation of ['open', 'create', 'write', 'sync', 'rename', 'syncFolder'] as const) {
    const { disk, journal } = await openBench()
    await journal.close()
    disk.fault = (asked) => (asked === operation ? 'EROFS' : null)
    await assert.rejects(openBench({}, disk), isFault('record.unavailable', { error: 'EROFS' }), operation)
    disk.fault = () => null
    const again = await openBench({}, disk)
    await again.journal.close()
  }
})

test('a segment that cannot be made durable leaves no file, however often it is tried', async () => {
  const { disk, journal } = await openWithOne()
  let isFull = true
  disk.fault = (operation) => (operation === 'syncFolder' ? 'EIO' : isFull && operation === 'write' ? 'ENOSPC' : null)
  await assert.rejects(async () => journal.written(journal.append(answered(2))), unavailable)
  isFull = false
  const before = disk.counts.syncFolder
  await until(() => disk.counts.syncFolder >= before + 4)
  assert.equal(segments(disk).length, 1)
  disk.fault = () => null
  await until(() => journal.failed === null)
  assert.equal(segments(disk).length, 2)
  await journal.close()
})
