import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GatewayEvent } from '../kernel/event.ts'
import { DurableMark } from './durable-mark.ts'
import { JournalTail } from './journal-tail.ts'
import { chainStart, openSegmentWriter, type SegmentWriter } from './segment-writer.ts'
import { actionsOf, answered, dir, key, readAll } from './testing/fixture.ts'
import { MemoryDisk } from './testing/memory-disk.ts'

interface Bench {
  readonly disk: MemoryDisk
  readonly tail: JournalTail
  readonly newSegment: () => Promise<SegmentWriter>
}

async function openTail(): Promise<Bench> {
  const disk = new MemoryDisk()
  const folder = { disk, dir, key }
  let number = 0
  const newSegment = (): Promise<SegmentWriter> =>
    openSegmentWriter(folder, ++number, { boot: 'boot_1', atMs: 1, upMs: 1 })
  const at = { segment: await newSegment(), link: chainStart, last: 0 }
  const tail = new JournalTail({ disk, mark: new DurableMark(folder), maxBatchBytes: 4096 }, at)
  return { disk, tail, newSegment }
}

const downtime: GatewayEvent = { t: 'gateway', kind: 'downtime', atMs: 1, upMs: 1, body: {} }

test('an event is queued, then written, then on disk, and readers see it only then', async () => {
  const { disk, tail } = await openTail()
  const stand = (): unknown => [tail.last, tail.written, tail.synced, tail.isWritten, tail.isSynced]
  assert.deepEqual(stand(), [0, 0, 0, true, true])
  assert.equal(tail.append(answered(1)), 1)
  assert.deepEqual(stand(), [1, 0, 0, false, true])
  tail.write()
  assert.deepEqual(stand(), [1, 1, 0, true, false])
  assert.deepEqual(actionsOf(readAll(disk)), [])
  const cover = tail.cover()
  tail.append(answered(2))
  tail.write()
  tail.setSynced(cover)
  assert.deepEqual(stand(), [2, 2, 1, true, false])
  assert.deepEqual(actionsOf(readAll(disk)), [1])
  tail.setSynced(tail.cover())
  assert.deepEqual([tail.isSynced, tail.unsyncedBytes], [true, 0])
})

test('a new segment is entered with everything before it on disk', async () => {
  const { disk, tail, newSegment } = await openTail()
  tail.append(answered(1))
  tail.write()
  tail.append(answered(2))
  tail.enter(await newSegment())
  assert.deepEqual([tail.synced, tail.unsyncedBytes, tail.segment.name.number], [2, 0, 2])
  tail.append(answered(3))
  tail.write()
  assert.deepEqual(actionsOf(readAll(disk, 'whole')), [1, 2, 3])
})

test('a segment that could not be finished is not left, nor trusted', async () => {
  const { disk, tail, newSegment } = await openTail()
  tail.append(answered(1))
  tail.write()
  tail.setSynced(tail.cover())
  const next = await newSegment()
  const old = tail.segment
  tail.append(answered(2))
  tail.write()
  disk.fault = (operation) => (operation === 'sync' ? 'EIO' : null)
  assert.throws(() => tail.enter(next), { code: 'EIO' })
  assert.equal(tail.segment, old)
  assert.equal(old.untrusted, true)
  tail.lose()
  // Written and not synced, in a segment whose sync failed.
  assert.deepEqual([tail.isLost(1), tail.isLost(2)], [false, true])
})

test('what was lost stays lost after going on, and the position of a failed attempt too', async () => {
  const { disk, tail, newSegment } = await openTail()
  tail.append(answered(1))
  tail.write()
  tail.append(answered(2))
  tail.lose()
  assert.equal(await tail.settle(), null)
  assert.deepEqual([tail.synced, tail.isLost(1), tail.isLost(2)], [1, false, true])
  const full = await newSegment()
  disk.fault = (operation) => (operation === 'write' ? 'ENOSPC' : null)
  await assert.rejects(tail.resume(full, downtime), { code: 'ENOSPC' })
  disk.fault = () => null
  await tail.resume(await newSegment(), downtime)
  assert.deepEqual([tail.isLost(2), tail.isLost(3), tail.isLost(4), tail.synced], [true, true, false, 4])
})

test('what one sync more cannot save is lost', async () => {
  const { disk, tail } = await openTail()
  tail.append(answered(1))
  tail.write()
  tail.lose()
  disk.fault = (operation) => (operation === 'sync' ? 'EIO' : null)
  assert.notEqual(await tail.settle(), null)
  assert.deepEqual([tail.isLost(1), tail.written, tail.unsyncedBytes], [true, 0, 0])
})
