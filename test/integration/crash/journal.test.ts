// The journal on a real disk: killed at any moment, a full disk, a folder that cannot be written.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import type { TestContext } from 'node:test'
import type { StoredEvent } from '../../../src/kernel/event.ts'
import { Secret } from '../../../src/kernel/secret.ts'
import { openJournalReader } from '../../../src/record/journal-reader.ts'
import { newSmallDisk } from '../../harness/small-disk.ts'
import { Writer } from './journal-child.ts'

const kills = 32
const key = new Secret(new Uint8Array(32).fill(9))

function folder(context: TestContext): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'sallyport-journal-'))
  context.after(() => fs.rmSync(dir, { recursive: true, force: true }))
  return dir
}

function actionsOf(events: readonly StoredEvent[]): number[] {
  return events.flatMap(({ event }) => (event.t === 'response' ? [event.action] : []))
}

/** Every event is whole: its bytes are what its number says. */
function checkBytes(events: readonly StoredEvent[]): void {
  for (const { event } of events) {
    if (event.t !== 'response') continue
    assert.equal(event.bytes.length, (event.action * 37) % 3_000)
    assert.ok(event.bytes.every((byte) => byte === event.action % 256))
  }
}

test(`kill -9 at ${kills} moments: nothing acknowledged is lost, order holds, torn tails are cut`, async (context) => {
  const dir = folder(context)
  const live = openJournalReader(dir, key)
  const seen: number[] = []
  let position = 0
  let next = 1
  let acknowledged = 0
  for (let round = 1; round <= kills; round++) {
    const writer = new Writer([dir, `boot_${round}`, String(next), String(1 + (round % 9))])
    // Some right at the beginning, some later: counted, as a slow disk takes its time.
    const least = 1 + ((round * 7) % 24)
    await writer.until(() => writer.durable.length >= least)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
    await writer.kill()
    acknowledged += writer.durable.length

    // What a dead journal holds, and what the live reader makes of it before and after the next start.
    const reader = openJournalReader(dir, key, { tail: 'whole' })
    const events = reader.readAfter(position, Number.MAX_SAFE_INTEGER)
    reader.close()
    checkBytes(events)
    const actions = actionsOf(events)
    assert.deepEqual(
      actions,
      actions.toSorted((a, b) => a - b),
    )
    const found = new Set([...seen, ...actions])
    for (const action of writer.durable) assert.ok(found.has(action), `round ${round}: ${action} is lost`)
    next = (actions.at(-1) ?? next) + 1_000

    const durable = live.readAfter(position, Number.MAX_SAFE_INTEGER)
    assert.deepEqual(actionsOf(durable), actions.slice(0, durable.length))
    seen.push(...actionsOf(durable))
    position = durable.at(-1)?.position ?? position
    if (round % 8 === 0) live.release(position)
  }
  assert.ok(acknowledged > kills * 10, `${acknowledged} acknowledged`)
  const segments = fs.readdirSync(dir).filter((name) => name.endsWith('.wal'))
  assert.ok(segments.length < kills, `${segments.length} segments are left`)
  live.close()
})

test('a file-size limit stops the journal and it goes on in a new segment', async (context) => {
  const dir = folder(context)
  // 100 kB, before the 200 kB at which the writer begins a new segment anyway.
  const writer = new Writer([dir, 'boot_1', '1', '4'], ['prlimit', '--fsize=100000'])
  await writer.until(() => writer.lines.filter((line) => line === 'fault record.unavailable EFBIG').length > 0)
  const before = writer.durable.length
  await writer.until(() => writer.durable.length > before + 200)
  await writer.kill()
  checkAfterFailure(dir, writer)
})

test('a full disk stops the journal, nothing is lost, and it recovers when there is space', async () => {
  const disk = await newSmallDisk('size=1m')
  // What is free at last is there from the beginning: the journal fills the rest, sooner than anybody looks.
  disk.fill(600 * 1024)
  const writer = new Writer([disk.dir, 'boot_1', '1', '4'])
  try {
    await writer.until(() => writer.durable.length > 0)
    await writer.until(() => writer.lines.includes('fault record.unavailable ENOSPC'))
    await new Promise((resolve) => setTimeout(resolve, 100))
    const full = writer.durable.length
    disk.free()
    await writer.until(() => writer.durable.length > full)
    await writer.kill()
    checkAfterFailure(disk.dir, writer)
  } finally {
    await writer.kill()
    await disk.remove()
  }
})

test('a disk mounted read-only is refused at the start, with the reason', async () => {
  const disk = await newSmallDisk('size=1m,ro')
  try {
    for (const place of [disk.dir, path.join(disk.dir, 'journal')]) {
      const writer = new Writer([place, 'boot_1'])
      await writer.ended()
      assert.deepEqual(writer.lines, ['refused record.unavailable EROFS'])
    }
  } finally {
    await disk.remove()
  }
})

function checkAfterFailure(dir: string, writer: Writer): void {
  const reader = openJournalReader(dir, key, { tail: 'whole' })
  const events = reader.readAfter(0, Number.MAX_SAFE_INTEGER)
  reader.close()
  checkBytes(events)
  const found = new Set(actionsOf(events))
  for (const action of writer.durable) assert.ok(found.has(action), `${action} is lost`)
  const downtime = events.filter(({ event }) => event.t === 'gateway' && event.kind === 'downtime')
  assert.ok(downtime.length > 0)
}

test('a folder that cannot be written is refused at the start, with the reason', async (context) => {
  const dir = folder(context)
  const file = path.join(dir, 'file')
  fs.writeFileSync(file, '')
  const below = new Writer([path.join(file, 'journal'), 'boot_1'])
  await below.ended()
  assert.deepEqual(below.lines, ['refused record.unavailable ENOTDIR'])
  const system = new Writer(['/proc/sallyport', 'boot_1'])
  await system.ended()
  assert.match(system.lines.join(), /^refused record\.unavailable E(NOENT|ACCES|PERM|ROFS)$/)
})

test('a folder that another process writes is refused, until that process is killed', async (context) => {
  const dir = folder(context)
  const first = new Writer([dir, 'boot_1'])
  await first.until(() => first.lines.includes('open'))
  const second = new Writer([dir, 'boot_2'])
  await second.ended()
  assert.deepEqual(second.lines, ['refused record.unavailable EBUSY'])
  await first.kill()
  const third = new Writer([dir, 'boot_3', '1000000'])
  await third.until(() => third.durable.length > 0)
  await third.kill()
})
