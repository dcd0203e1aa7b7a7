// The journal when its files hold anything: it says what is damaged, or gives whole records in their order. It never loses
// what was durable without a word, and never ends the process.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import type { Event, StoredEvent } from '../../src/kernel/event.ts'
import { EventDecoder, EventEncoder } from '../../src/record/event-codec.ts'
import { answered, dir, openBench, readAll, requested } from '../../src/record/testing/fixture.ts'
import type { MemoryDisk } from '../../src/record/testing/memory-disk.ts'
import { readRecords } from '../../src/seal/payload-object.ts'
import { fuzz } from './fuzzing.ts'
import { requireFault } from './promises.ts'

const mark = `${dir}/durable.mark`
const session = requested.session
const at = { atMs: requested.atMs, upMs: 5 }
const events: readonly Event[] = Array.from(
  { length: 12 },
  (_, i) =>
    [
      { ...requested, action: i, label: `SELECT ${i}` },
      answered(i, Buffer.from(`rows of ${i} `.repeat(1 + (i % 5)))),
      {
        t: 'done',
        session,
        ...at,
        action: i,
        outcome: 'completed',
        code: null,
        responseBytes: i,
        capturedBytes: i,
        responseDigest: null,
        rows: i,
        findings: [{ class: 'pii/email', rule: 'email', field: 'mail', count: i }],
        coverage: { scannedBytes: 9, opaqueBytes: 0 },
      },
      {
        t: 'refused',
        session,
        ...at,
        action: i,
        label: 'DELETE',
        actions: ['sql:delete'],
        policies: ['p'],
        policyVersion: 'v',
        denial: { reason: 'No.', cause: 'policy', approval: null, faultId: null },
        parts: requested.parts,
      },
    ] as const,
).flat()

const gatewayStart: Event = {
  t: 'gateway',
  kind: 'start',
  ...at,
  body: { version: '1', policies: 3, ok: true, none: null },
}

/** Three segments, all of it on disk; and the same with a tail that was never made durable. */
async function written(): Promise<MemoryDisk> {
  const { disk, journal } = await openBench({ segmentBytes: 2_500, syncAfterMs: 100_000 })
  for (const event of events.slice(0, 40)) {
    const position = journal.append(event)
    if (position % 3 === 0) await journal.durable(position)
  }
  await journal.durable(journal.append(answered(99)))
  for (const event of events.slice(40)) await journal.written(journal.append(event))
  const left = disk.afterKill()
  await journal.close()
  return left
}

const original = await written()
const names = [...original.files.keys()].sort()
const whole = readAll(original, 'whole')
const durable = readAll(original, 'durable')
assert.ok(names.length >= 4 && whole.length > durable.length && durable.length > 40)

/** A copy of the disk on which one file holds something else. */
function spoiled(name: string, bytes: Uint8Array): MemoryDisk {
  const disk = original.afterKill()
  const file = disk.files.get(name)
  assert.ok(file !== undefined)
  file.cache = Buffer.from(bytes)
  file.platter = Buffer.from(bytes)
  return disk
}

function readOr(disk: MemoryDisk, tail: 'durable' | 'whole'): readonly StoredEvent[] | string {
  try {
    return readAll(disk, tail)
  } catch (error) {
    return `damage: ${String(requireFault(error, 'record.corrupt').facts['what'])}`
  } finally {
    assert.equal(disk.openFiles, 0, 'a file stays open')
  }
}

/** Events compared by what they say: a difference is told by its place. */
const expected = whole.map((one) => JSON.stringify(one))

function assertPrefix(found: readonly StoredEvent[]): void {
  const wrong = found.findIndex((one, i) => JSON.stringify(one) !== expected[i])
  assert.equal(wrong, -1, `event ${wrong} of ${found.length} is not the one that was written`)
}

fuzz({
  name: 'journal file',
  // The first byte says which file it is.
  seeds: names.map((name, i) => Uint8Array.from([i, ...original.bytesOf(name)])),
  words: ['SALLYWAL', 'SPB1', '\0\0\0\0\0\0\0\0'],
  maxBytes: 6_000,
  async check(input) {
    const name = names[(input[0] ?? 0) % names.length] ?? mark
    const bytes = input.subarray(1)
    const inWhole = readOr(spoiled(name, bytes), 'whole')
    const inDurable = readOr(spoiled(name, bytes), 'durable')
    for (const found of [inWhole, inDurable]) if (typeof found !== 'string') assertPrefix(found)
    if (name !== mark)
      assert.ok(
        typeof inDurable === 'string' || inDurable.length === durable.length,
        'what was durable is lost, and nobody says so',
      )
    if (name !== mark)
      assert.ok(
        typeof inWhole === 'string' || inWhole.length >= durable.length,
        'what was durable is lost, and nobody says so',
      )
    return `${names.indexOf(name)} ${typeof inWhole === 'string' ? inWhole : 'read'} ${typeof inDurable === 'string' ? inDurable : 'read'} ${await recovered(spoiled(name, bytes), name)}`
  },
})

/** The next start: it refuses, or goes on behind what is whole. */
async function recovered(disk: MemoryDisk, name: string): Promise<string> {
  try {
    const { journal } = await openBench({ syncAfterMs: 100_000 }, disk, 'boot_2')
    const position = journal.append(answered(7))
    await journal.durable(position)
    const found = readAll(disk, 'durable')
    await journal.close()
    const before = found.filter(({ boot }) => boot !== 'boot_2')
    assertPrefix(before)
    if (name !== mark) assert.ok(before.length >= durable.length, 'a start lost what was durable')
    assert.equal(found.at(-1)?.position, position)
    return 'goes on'
  } catch (error) {
    return `refuses: ${String(requireFault(error, 'record.corrupt', 'record.unavailable').facts['what'])}`
  }
}

function encoded(list: readonly Event[]): Uint8Array {
  const encoder = new EventEncoder(1024 * 1024)
  for (const event of list) encoder.encode(event)
  return Uint8Array.from([list.length, ...encoder.batch()])
}

fuzz({
  name: 'journal event',
  // The first byte says how many events it says it has.
  seeds: [
    encoded(events.slice(0, 1)),
    encoded(events.slice(1, 4)),
    encoded(events.slice(0, 8)),
    encoded([gatewayStart]),
  ],
  maxBytes: 2_000,
  check(input) {
    const [count = 0] = input
    const read: Event[] = []
    let told = 'read'
    try {
      new EventDecoder().decodeBatch(input.subarray(1), count, (event) => read.push(event))
      // What was read whole can be written and read again.
      const again: Event[] = []
      new EventDecoder().decodeBatch(encoded(read).subarray(1), read.length, (event) => again.push(event))
      assert.deepEqual(again, read)
    } catch (error) {
      told = String(requireFault(error, 'record.corrupt').facts['what'])
    }
    return `${told} ${read
      .slice(0, 3)
      .map(({ t }) => t)
      .join()} ${payloads(input)}`
  },
})

/** Records of a payload object, once it is decrypted. */
function payloads(bytes: Uint8Array): number | string {
  let end = 0
  try {
    let count = 0
    for (const { offset, content } of readRecords(bytes, 0)) {
      assert.ok(offset >= end && offset + content.length <= bytes.length)
      end = offset + content.length
      count++
    }
    return Math.min(count, 3)
  } catch (error) {
    return requireFault(error, 'record.corrupt').code
  }
}
