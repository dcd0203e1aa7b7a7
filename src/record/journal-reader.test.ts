import assert from 'node:assert/strict'
import test from 'node:test'
import { Secret } from '../kernel/secret.ts'
import { isDeep, size } from '../../test/harness/depth.ts'
import { openJournalReader } from './journal-reader.ts'
import { actionsOf, answered, dir, isFault, key, openBench, readAll, segments } from './testing/fixture.ts'
import type { Bench } from './testing/fixture.ts'
import type { MemoryDisk } from './testing/memory-disk.ts'

const everything = Number.MAX_SAFE_INTEGER

/** One batch an event. */
async function write(bench: Bench, from: number, through: number): Promise<number> {
  let last = 0
  for (let action = from; action <= through; action++) {
    last = bench.journal.append(answered(action))
    await bench.journal.durable(last)
  }
  return last
}

/** How many events several segments have. */
const many = size(30, 14)

/** Several segments of the same boot. */
async function writeSegments(): Promise<{ disk: MemoryDisk; last: number }> {
  const bench = await openBench({ segmentBytes: 600 })
  const last = await write(bench, 1, many)
  await bench.journal.close()
  assert.ok(segments(bench.disk).length > 3)
  return { disk: bench.disk, last }
}

function withoutMark(disk: MemoryDisk): MemoryDisk {
  const copy = disk.afterKill()
  copy.files.delete(`${dir}/durable.mark`)
  return copy
}

const range = (from: number, through: number): number[] =>
  Array.from({ length: through - from + 1 }, (_, index) => from + index)

test('a reader follows a live journal over segments and reads nothing twice', async () => {
  const bench = await openBench({ segmentBytes: 2_000 })
  const reader = openJournalReader(dir, key, { disk: bench.disk })
  const seen: number[] = []
  let at = 0
  for (let round = 0; round < 12; round++) {
    await write(bench, round * 5 + 1, round * 5 + 5)
    const events = reader.readAfter(at, everything)
    seen.push(...actionsOf(events))
    at = events.at(-1)?.position ?? at
  }
  assert.deepEqual(seen, range(1, 60))
  assert.ok(segments(bench.disk).length > 3)
  const before = bench.disk.bytesRead
  assert.deepEqual(reader.readAfter(at, everything), [])
  assert.ok(bench.disk.bytesRead - before < 1_000)
  reader.close()
  await bench.journal.close()
  assert.equal(bench.disk.openFiles, 0)
})

test('a reader that was there before the journal finds it', async () => {
  const bench = await openBench()
  await bench.journal.close()
  const reader = openJournalReader(dir, key, { disk: bench.disk })
  assert.deepEqual(reader.readAfter(0, everything), [])
  const second = await openBench({}, bench.disk, 'boot_2')
  await write(second, 1, 2)
  assert.deepEqual(actionsOf(reader.readAfter(0, everything)), [1, 2])
  await second.journal.close()
})

test('only durable events are returned', async () => {
  const { disk, journal } = await openBench({ syncAfterMs: 10_000 })
  await journal.durable(journal.append(answered(1)))
  await journal.written(journal.append(answered(2)))
  assert.deepEqual(actionsOf(readAll(disk)), [1])
  assert.deepEqual(actionsOf(readAll(disk.afterKill(), 'whole')), [1, 2])
  await journal.close()
  assert.deepEqual(actionsOf(readAll(disk)), [1, 2])
})

test('a call returns as much as was asked for, and at least one event', async () => {
  const { disk, journal } = await openBench()
  for (const action of range(1, 10)) journal.append(answered(action, Buffer.alloc(1_000)))
  await journal.close()
  const reader = openJournalReader(dir, key, { disk })
  const seen: number[] = []
  for (let at = 0; ;) {
    const events = reader.readAfter(at, 2_200)
    if (events.length === 0) break
    assert.ok(events.length <= 2)
    seen.push(...actionsOf(events))
    at = events.at(-1)?.position ?? at
  }
  assert.deepEqual(seen, range(1, 10))
  assert.deepEqual(actionsOf(reader.readAfter(0, 1)), [1])
  // Asked again for the same, and for a place in the middle.
  assert.deepEqual(actionsOf(reader.readAfter(0, 1)), [1])
  assert.deepEqual(actionsOf(reader.readAfter(7, everything)), [8, 9, 10])
})

test('released segments are gone, what follows is still proved, and the newest events stay', async () => {
  const { disk, last } = await writeSegments()
  const reader = openJournalReader(dir, key, { disk })
  const before = segments(disk).length
  const half = reader.readAfter(0, 600)
  const at = half.at(-1)?.position ?? 0
  reader.release(at)
  assert.ok(segments(disk).length < before)
  assert.deepEqual(actionsOf(reader.readAfter(at, everything)), range(at + 1, many))
  assert.deepEqual(actionsOf(readAll(disk, 'durable', at)), range(at + 1, many))
  reader.release(last)
  assert.equal(segments(disk).length >= 1, true)
  const again = await openBench({}, disk, 'boot_2')
  assert.ok(again.journal.append(answered(many + 1)) > last)
  await again.journal.close()
  assert.deepEqual(actionsOf(readAll(disk, 'durable', last)), [many + 1])
})

test('a changed byte anywhere in what was durable is named by segment and offset', async () => {
  const { disk } = await writeSegments()
  const name = segments(disk)[1] ?? ''
  const bytes = disk.bytesOf(name)
  // Header, frame, ciphertext.
  const offsets = [9, 30, 70, 130, 152, 156, 160, 170, 180, 190, 194, 200, 220, 235, 260, bytes.length - 1]
  for (const offset of offsets.filter((_, index) => isDeep || index % 3 === 0)) {
    const before = bytes[offset] ?? 0
    bytes[offset] = before ^ 1
    const named = (thrown: unknown): boolean =>
      isFault('record.corrupt')(thrown) && /"segment":"\d+\.wal","offset":\d+/.test(JSON.stringify(thrown))
    assert.throws(() => readAll(disk), named, `durable ${offset}`)
    assert.throws(() => readAll(disk, 'whole'), named, `whole ${offset}`)
    assert.throws(() => readAll(withoutMark(disk), 'whole'), named, `without mark ${offset}`)
    bytes[offset] = before
  }
  assert.deepEqual(actionsOf(readAll(disk)), range(1, many))
})

test('damage to the first batch of all is damage, not a journal that begins later', async () => {
  const { disk } = await writeSegments()
  const [name = ''] = segments(disk)
  const bytes = disk.bytesOf(name)
  bytes.writeUInt8((bytes[200] ?? 0) ^ 1, 200)
  const named = isFault('record.corrupt', { segment: '0000000001.wal', what: 'batch' })
  assert.throws(() => readAll(disk), named)
  assert.throws(() => readAll(disk, 'whole'), named)
})

test('a first segment that is cut to its header is damage, not a journal that begins later', async () => {
  const { disk } = await writeSegments()
  const [name = ''] = segments(disk)
  disk.truncate(name, 152)
  const named = isFault('record.corrupt', { segment: '0000000001.wal', what: 'durable-events-missing' })
  assert.throws(() => readAll(disk), named)
  assert.throws(() => readAll(disk, 'whole'), named)
})

test('who meets damage leaves no file open, however often it tries again', async () => {
  const { disk } = await writeSegments()
  const [name = ''] = segments(disk)
  disk.bytesOf(name).writeUInt8(0xff, 0)
  const before = disk.openFiles
  const reader = openJournalReader(dir, key, { disk })
  for (let i = 0; i < 5; i++) assert.throws(() => reader.readAfter(0, everything), isFault('record.corrupt'))
  reader.close()
  assert.equal(disk.openFiles, before)
})

test('the place of damage is the batch', async () => {
  const { disk, journal } = await openBench()
  await journal.durable(journal.append(answered(1)))
  const [name = ''] = segments(disk)
  const offset = disk.bytesOf(name).length
  for (const action of [2, 3]) await journal.durable(journal.append(answered(action)))
  const bytes = disk.bytesOf(name)
  bytes.writeUInt8(bytes.readUInt8(offset + 90) ^ 1, offset + 90)
  const named = isFault('record.corrupt', { segment: '0000000001.wal', offset, what: 'batch' })
  assert.throws(() => readAll(disk), named)
  assert.throws(() => readAll(disk, 'whole'), named)
  // The third batch says that the second one was on disk.
  assert.throws(() => readAll(withoutMark(disk), 'whole'), named)
})

test('another key is said to be one, not taken for an empty journal', async () => {
  const { disk } = await writeSegments()
  assert.throws(
    () => openJournalReader(dir, new Secret(new Uint8Array(32)), { disk }).readAfter(0, everything),
    isFault('record.corrupt', { what: 'header-or-key' }),
  )
  assert.throws(
    () => openJournalReader(dir, new Secret(new Uint8Array(16)), { disk }).readAfter(0, everything),
    isFault('config.invalid', { reason: 'journal-key' }),
  )
})

test('a segment that is missing, exchanged or cut is damage', async () => {
  const { disk } = await writeSegments()
  const [first = '', second = '', third = ''] = segments(disk)
  const files = disk.files
  const [a, b] = [files.get(second), files.get(third)]
  assert.ok(a !== undefined && b !== undefined)
  const corrupt = isFault('record.corrupt')

  files.delete(second)
  assert.throws(() => readAll(disk), corrupt)
  assert.throws(() => readAll(disk, 'durable', 1), corrupt)
  files.set(second, b).set(third, a)
  assert.throws(() => readAll(disk), isFault('record.corrupt', { what: 'renamed' }))
  files.set(second, a).set(third, b)
  files.delete(first)
  // From the start it is a journal that was released; for who knows an event of it, events are gone.
  assert.throws(() => readAll(disk, 'durable', 1), isFault('record.corrupt', { what: 'segments-missing' }))
})

test('a tail that is cut below the durable mark is damage, for the writer too', async () => {
  const bench = await openBench()
  await write(bench, 1, 5)
  const disk = bench.disk.afterKill()
  const [name = ''] = segments(disk)
  disk.truncate(name, disk.bytesOf(name).length - 1)
  const corrupt = isFault('record.corrupt', { segment: '0000000001.wal' })
  assert.throws(() => readAll(disk, 'whole'), corrupt)
  await assert.rejects(openBench({}, disk, 'boot_2'), corrupt)
  for (const file of segments(disk)) disk.files.delete(file)
  await assert.rejects(openBench({}, disk, 'boot_2'), isFault('record.corrupt', { what: 'segments-missing' }))
})

test('a torn tail is cut, by reader and writer alike', async () => {
  const bench = await openBench({ syncAfterMs: 10_000 })
  await write(bench, 1, 3)
  await bench.journal.written(bench.journal.append(answered(4)))
  const [name = ''] = segments(bench.disk)
  const whole = bench.disk.bytesOf(name).length
  for (const cut of [1, 40, 100]) {
    const disk = bench.disk.afterKill()
    disk.truncate(name, whole - cut)
    assert.deepEqual(actionsOf(readAll(disk, 'whole')), [1, 2, 3])
    const next = await openBench({}, disk, 'boot_2')
    await write(next, 5, 6)
    await next.journal.close()
    assert.deepEqual(actionsOf(readAll(disk)), [1, 2, 3, 5, 6])
    assert.deepEqual(actionsOf(readAll(disk, 'whole')), [1, 2, 3, 5, 6])
  }
  await bench.journal.close()
})

test('garbage after the end is cut, however it looks', async () => {
  const bench = await openBench()
  await write(bench, 1, 3)
  const [name = ''] = segments(bench.disk)
  const good = Buffer.from(bench.disk.bytesOf(name))
  const frame = good.subarray(152, 252)
  for (const garbage of [Buffer.alloc(5_000), Buffer.alloc(5_000, 'SPB1'), frame, Buffer.from('SPB1')]) {
    const disk = bench.disk.afterKill()
    const fd = disk.openOrCreate(name)
    disk.write(fd, [garbage], good.length)
    disk.close(fd)
    assert.deepEqual(actionsOf(readAll(disk, 'whole')), [1, 2, 3])
  }
})
