import assert from 'node:assert/strict'
import test from 'node:test'
import {
  actionsAfterPowerCut,
  actionsOf,
  answered,
  eventsOf,
  isFault,
  openBench,
  readAll,
  requested,
  until,
} from './testing/fixture.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('an event is written at the end of the turn and durable after the sync', async () => {
  const { disk, journal } = await openBench()
  const position = journal.append(requested)
  const order: string[] = []
  const written = journal.written(position)
  const durable = journal.durable(position)
  assert.ok(written !== undefined && durable !== undefined)
  void durable.then(() => order.push('durable'))
  await written.then(() => order.push('written'))
  assert.equal(journal.written(position), undefined)
  assert.notEqual(journal.durable(position), undefined)
  await durable
  assert.deepEqual(order, ['written', 'durable'])
  assert.equal(journal.durable(position), undefined)
  assert.deepEqual(eventsOf(readAll(disk)), [requested])
  await journal.close()
})

test('all appends of one turn share one write and one sync', async () => {
  const { disk, journal } = await openBench()
  const { write, sync } = disk.counts
  const positions = [1, 2, 3, 4, 5].map((action) => journal.append(answered(action)))
  for (const position of positions) await journal.durable(position)
  // One batch and one durable mark.
  assert.equal(disk.counts.write - write, 2)
  assert.equal(disk.counts.sync - sync, 1)
  assert.deepEqual(actionsOf(readAll(disk)), [1, 2, 3, 4, 5])
  await journal.close()
})

test('one sync runs at a time, and the next one takes all that came meanwhile', async () => {
  const { disk, journal } = await openBench()
  const gate = Promise.withResolvers<void>()
  disk.syncGate = gate.promise
  const before = disk.counts.sync
  const first = journal.durable(journal.append(answered(1)))
  await turn()
  const later: (Promise<void> | undefined)[] = []
  for (let action = 2; action <= 20; action++) {
    later.push(journal.durable(journal.append(answered(action))))
    await turn()
  }
  gate.resolve()
  await first
  for (const one of later) await one
  assert.equal(disk.mostSyncsRunning, 1)
  assert.equal(disk.counts.sync - before, 2)
  await journal.close()
})

test('who asks after the sync has begun is not told of that sync', async () => {
  const { disk, journal } = await openBench({ syncAfterMs: 0 })
  const gate = Promise.withResolvers<void>()
  disk.syncGate = gate.promise
  const first = journal.durable(journal.append(answered(1)))
  await turn()
  const second = journal.append(answered(2))
  const waiting = journal.durable(second)
  disk.syncGate = Promise.withResolvers<void>().promise
  gate.resolve()
  await first
  let told = false
  void waiting?.then(() => (told = true))
  for (let count = 0; count < 5; count++) await turn()
  assert.equal(told, false)
  assert.deepEqual(actionsOf(readAll(disk)), [1])
})

test('a sync that begins before the turn ends takes what was appended in that turn along', async () => {
  const { disk, journal } = await openBench({ syncAfterMs: 1 })
  await journal.written(journal.append(answered(1)))
  const durable = journal.durable(journal.append(answered(2)))
  // The timer of the first event's sync is due before the second one's turn is over.
  const start = performance.now()
  while (performance.now() - start < 5) continue
  await durable
  assert.deepEqual(actionsAfterPowerCut(disk), [1, 2])
  await journal.close()
})

test('what nobody waits for is synced soon all the same', async () => {
  const { disk, journal } = await openBench({ syncAfterMs: 1 })
  const position = journal.append(answered(1))
  await journal.written(position)
  const before = disk.counts.sync
  await until(() => disk.counts.sync > before)
  await until(() => journal.durable(position) === undefined)
  await journal.close()
})

test('what nobody waits for is written with what somebody waits for', async () => {
  const { disk, journal } = await openBench({ syncAfterMs: 10_000 })
  const { write } = disk.counts
  const alone = journal.append(answered(1))
  await turn()
  await turn()
  assert.equal(disk.counts.write, write)
  await journal.written(journal.append(answered(2)))
  assert.equal(disk.counts.write - write, 1)
  assert.equal(journal.written(alone), undefined)
  await journal.close()
})

test('a sync waits for the others whose requests are under way', async () => {
  const { disk, journal } = await openBench({ syncAfterMs: 10_000, gatherMs: 10_000 })
  const { sync } = disk.counts
  const [first, second] = [journal.append(requested), journal.append(requested)]
  await journal.written(second)
  const durable = journal.durable(first)
  for (let count = 0; count < 5; count++) await turn()
  assert.equal(disk.counts.sync, sync)
  await Promise.all([durable, journal.durable(second)])
  assert.equal(disk.counts.sync - sync, 1)
  // The next one is alone.
  await journal.durable(journal.append(requested))
  assert.equal(disk.counts.sync - sync, 2)
  await journal.close()
})

test('a sync waits for others once and shortly', async () => {
  const { disk, journal } = await openBench({ syncAfterMs: 10_000, gatherMs: 1 })
  const { sync } = disk.counts
  const [first, second] = [journal.append(requested), journal.append(requested)]
  await journal.written(second)
  await journal.durable(first)
  assert.equal(disk.counts.sync - sync, 1)
  assert.equal(journal.durable(second), undefined)
  await journal.close()
})

test('a large append is written at once', async () => {
  const { disk, journal } = await openBench({ batchBytes: 1_000 })
  const small = journal.append(answered(1))
  const large = journal.append(answered(2, Buffer.alloc(2_000, 'x')))
  assert.equal(journal.written(small), undefined)
  assert.equal(journal.written(large), undefined)
  await journal.durable(large)
  assert.deepEqual(eventsOf(readAll(disk)), [answered(1), answered(2, Buffer.alloc(2_000, 'x'))])
  await journal.close()
})

test('buffers may be reused as soon as append has returned', async () => {
  const { disk, journal } = await openBench()
  const buffer = Buffer.from('before')
  const position = journal.append(answered(1, buffer))
  buffer.fill('x')
  await journal.durable(position)
  assert.deepEqual(eventsOf(readAll(disk)), [answered(1, Buffer.from('before'))])
  await journal.close()
})

test('short writes are continued', async () => {
  const { disk, journal } = await openBench()
  disk.maxWriteBytes = 33
  const position = journal.append(answered(1, Buffer.alloc(500, 'y')))
  await journal.durable(position)
  disk.maxWriteBytes = 1_000
  assert.deepEqual(eventsOf(readAll(disk)), [answered(1, Buffer.alloc(500, 'y'))])
  await journal.close()
})

test('a disk that does not keep up slows writers down before it stops them', async () => {
  const { disk, journal } = await openBench({ batchBytes: 100, slowDownBytes: 1_000, maxUnsyncedBytes: 3_000 })
  const gate = Promise.withResolvers<void>()
  disk.syncGate = gate.promise
  const first = journal.append(answered(1, Buffer.alloc(200)))
  assert.equal(journal.written(first), undefined)
  let last = first
  while (journal.written(last) === undefined) last = journal.append(answered(1, Buffer.alloc(200)))
  const slowed = journal.written(last)
  const fill = (): void => {
    for (;;) last = journal.append(answered(2, Buffer.alloc(200)))
  }
  assert.throws(fill, isFault('record.unavailable', { reason: 'disk-too-slow' }))
  assert.equal(journal.failed, null)
  gate.resolve()
  await slowed
  await journal.durable(last)
  assert.equal(journal.written(journal.append(answered(3))) === undefined, false)
  await journal.close()
})

test('positions grow over restarts, past anything that was handed out and lost', async () => {
  const first = await openBench()
  const known = first.journal.append(answered(1))
  await first.journal.durable(known)
  const lost = first.journal.append(answered(2))
  const second = await openBench({}, first.disk.afterKill(), 'boot_2')
  const next = second.journal.append(answered(3))
  await second.journal.durable(next)
  assert.ok(next > lost, `${next} > ${lost}`)
  assert.deepEqual(
    readAll(second.disk).map(({ position, boot }) => ({ position, boot })),
    [
      { position: known, boot: 'boot_1' },
      { position: next, boot: 'boot_2' },
    ],
  )
  await second.journal.close()
})

test('a closed journal takes nothing, has everything on disk and frees the folder', async () => {
  const { disk, journal } = await openBench()
  const position = journal.append(answered(1))
  await Promise.all([journal.close(), journal.close()])
  assert.throws(() => journal.append(answered(2)), isFault('record.unavailable', { reason: 'closed' }))
  assert.equal(journal.durable(position), undefined)
  assert.equal(disk.openFiles, 0)
  assert.deepEqual(actionsAfterPowerCut(disk), [1])
  const again = await openBench({}, disk, 'boot_2')
  await again.journal.close()
})

test('a second writer is refused', async () => {
  const { disk, journal } = await openBench()
  await assert.rejects(openBench({}, disk), isFault('record.unavailable', { step: 'take-folder', error: 'EBUSY' }))
  await journal.close()
})

test('a position that was never handed out is refused', async () => {
  const { journal } = await openBench()
  await assert.rejects(async () => journal.durable(99), isFault('record.unavailable'))
  await assert.rejects(async () => journal.written(99), isFault('record.unavailable'))
  await journal.close()
})
