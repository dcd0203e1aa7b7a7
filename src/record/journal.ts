// Starting to write: the folder is taken, what a crash left is judged and made durable, the chain is found, and a new
// segment begins. Nothing here changes a segment that exists: a torn tail stays where it is and is read as what it is.

import path from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import type { Position } from '../kernel/event.ts'
import { Fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { Secret } from '../kernel/secret.ts'
import { ChainReader } from './chain-reader.ts'
import { nodeDisk, toErrorCode } from './disk.ts'
import type { Disk } from './disk.ts'
import { DurableMark, readDurableMark } from './durable-mark.ts'
import { FileJournal } from './file-journal.ts'
import { defaultLimits } from './journal-limits.ts'
import type { JournalLimits } from './journal-limits.ts'
import { listSegments, removeDrafts } from './segment-file.ts'
import type { Folder } from './segment-file.ts'
import { chainStart, openSegmentWriter } from './segment-writer.ts'
import type { Link } from './segment-writer.ts'

export interface JournalOptions {
  /** One folder a node's data plane; taken for this process. */
  readonly dir: string
  /** 32 bytes. */
  readonly key: Secret<Uint8Array>
  /** This start of the gateway; at most 64 bytes. */
  readonly boot: string
  readonly clock: Clock
  readonly log: Log
  readonly limits?: Partial<JournalLimits>
  /** The last position that anybody remembers: positions stay above it even when the folder was emptied. */
  readonly after?: Position
  readonly disk?: Disk
}

/** Skipped at each start. More than can be queued at once, so a position that was handed out and lost never comes again. */
const positionGap = 2 ** 24

/** @throws Fault `record.unavailable` (cannot write, or taken by another process), `record.corrupt`, `config.invalid` */
export async function openJournal(options: JournalOptions): Promise<FileJournal> {
  const folder: Folder = { disk: options.disk ?? nodeDisk, dir: options.dir, key: options.key }
  let unlock: (() => void) | null = null
  try {
    folder.disk.makeFolder(folder.dir)
    unlock = folder.disk.lock(path.join(folder.dir, 'writer.lock'))
    return await start(folder, options, unlock)
  } catch (failure) {
    unlock?.()
    if (failure instanceof Fault) throw failure
    const step = unlock === null ? 'take-folder' : 'open'
    const error = toErrorCode(failure)
    const why = unlock === null && error === 'EBUSY' ? { why: 'another gateway writes in this data folder' } : {}
    throw new Fault('record.unavailable', { step, error, ...why }, failure)
  }
}

async function start(folder: Folder, options: JournalOptions, unlock: () => void): Promise<FileJournal> {
  removeDrafts(folder)
  const { link, ...found } = await findEnd(folder)
  if (found.torn) options.log.warn('journal.tail-cut', { position: link.position })
  const last = Math.max(link.position === 0 ? 0 : link.position + positionGap, options.after ?? 0)
  const number = (listSegments(folder).at(-1)?.number ?? 0) + 1
  const born = { boot: options.boot, atMs: options.clock.nowMs(), upMs: options.clock.upMs() }
  const segment = await openSegmentWriter(folder, number, born)
  const mark = new DurableMark(folder)
  mark.write(link.position)
  const limits = { ...defaultLimits, ...options.limits }
  const { boot, clock, log } = options
  return new FileJournal({ folder, boot, clock, log, limits, mark, unlock }, { segment, link, last })
}

/** The end of the chain that a reader will find, on disk before anything follows it. */
async function findEnd(folder: Folder): Promise<{ readonly link: Link; readonly torn: boolean }> {
  const proved = readDurableMark(folder)
  const chain = new ChainReader(folder)
  try {
    chain.refresh()
    chain.seek(Number.MAX_SAFE_INTEGER)
    while (chain.read({ end: Number.MAX_SAFE_INTEGER, proved }) !== null) continue
    // What kill -9 left in the page cache only must not be lost later: the reader may count on it from now on.
    await chain.sync()
    const { position, tag } = chain.link
    return { link: position === 0 ? chainStart : { position, tag }, torn: chain.torn }
  } finally {
    chain.close()
  }
}
