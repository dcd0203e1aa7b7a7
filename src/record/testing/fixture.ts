// A journal over a memory disk, and events to put into it.

import type { Answered, Event, Position, Requested, StoredEvent } from '../../kernel/event.ts'
import { Fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { Secret } from '../../kernel/secret.ts'
import type { FileJournal } from '../file-journal.ts'
import { openJournal } from '../journal.ts'
import { openJournalReader } from '../journal-reader.ts'
import type { JournalLimits } from '../journal-limits.ts'
import { MemoryDisk } from './memory-disk.ts'

export const dir = '/journal'
export const key = new Secret(new Uint8Array(32).fill(7))

/** Stands still until a test moves it. */
export class TestClock {
  atMs = 1_790_000_000_000
  nowMs(): number {
    return this.atMs
  }
  upMs(): number {
    return this.atMs - 1_789_999_000_000
  }
}

export interface Bench {
  readonly disk: MemoryDisk
  readonly journal: FileJournal
  readonly clock: TestClock
}

export async function openBench(
  limits: Partial<JournalLimits> = {},
  disk: MemoryDisk = new MemoryDisk(),
  boot = 'boot_1',
  after = 0,
): Promise<Bench> {
  const clock = new TestClock()
  const journal = await openJournal({ dir, key, boot, clock, log: silentLog, limits, after, disk })
  return { disk, journal, clock }
}

/** Those that a power cut leaves when nothing is kept that was not synced. */
export function actionsAfterPowerCut(disk: MemoryDisk): number[] {
  return actionsOf(
    readAll(
      disk.afterPowerCut(() => false),
      'whole',
    ),
  )
}

export function readAll(disk: MemoryDisk, tail: 'durable' | 'whole' = 'durable', after: Position = 0): StoredEvent[] {
  const reader = openJournalReader(dir, key, { tail, disk })
  try {
    return [...reader.readAfter(after, Number.MAX_SAFE_INTEGER)]
  } finally {
    reader.close()
  }
}

export function segments(disk: MemoryDisk): string[] {
  return [...disk.files.keys()].filter((name) => name.endsWith('.wal')).sort()
}

export function answered(action: number, bytes: Uint8Array = Buffer.from(`answer ${action}`)): Answered {
  return { t: 'response', session: 'ses_1', atMs: 1_790_000_000_000, upMs: 1.5, action, bytes }
}

/** The `action` of events that have one; what most tests compare. */
export function actionsOf(events: readonly StoredEvent[]): number[] {
  return events.flatMap(({ event }) => ('action' in event ? [event.action] : []))
}

export function eventsOf(stored: readonly StoredEvent[]): Event[] {
  return stored.map(({ event }) => event)
}

/** For `assert.throws` and `assert.rejects`: the code, and the facts that are given. */
export function isFault(code: Fault['code'], facts: Fault['facts'] = {}): (thrown: unknown) => boolean {
  return (thrown) =>
    thrown instanceof Fault &&
    thrown.code === code &&
    thrown.message.startsWith(`${code}: `) &&
    Object.entries(facts).every(([name, value]) => thrown.facts[name] === value)
}

export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn++) {
    if (turn > 2_000) throw new Error('the condition never came true')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

export const requested: Requested = {
  t: 'request',
  session: 'ses_01KAJ0M3C8Q4T1ZB5W9X7R2YEV',
  atMs: 1_790_000_000_000,
  upMs: 1234.5678,
  action: 1,
  label: 'SELECT',
  actions: ['sql:select'],
  effectful: false,
  complete: true,
  policies: ['agents-read-orders'],
  policyVersion: 'a3f1c2d4e5f60718293a4b5c6d7e8f90',
  approval: null,
  parts: [{ role: 'sql', digest: null, bytes: Buffer.from('select * from orders where id = $1'), length: 34 }],
  findings: [],
}
