// The record, running: the journal that the data plane writes, the thread that seals it, and what people read.

import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Configuration } from '../admin/config/configuration.ts'
import type { RecordReader } from '../admin/record-reader.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Journal } from '../kernel/event.ts'
import { Fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { openJournal } from '../record/journal.ts'
import { toSealKeys, type SealKeys } from '../seal/keys.ts'
import { parseOrigin } from '../seal/origin.ts'
import { openPublisher } from '../seal/publisher.ts'
import { toNoteKey } from '../seal/tlog/note-key.ts'
import { openFolderObjects } from '../store/folder-objects.ts'
import { hasLogBegun, noteLogBegun, type NodeKeys } from '../store/keys.ts'
import { openNodeIndex } from '../store/node-index.ts'
import { closeAll, Closers } from './closers.ts'
import { createRecordContent } from './record-content.ts'
import { SealerThread } from './sealer-thread.ts'
import type { SealerPlace } from './sealer-worker.ts'

export interface RunningRecord {
  readonly journal: Journal
  readonly reader: RecordReader
  /** False while nothing can be recorded, and so nothing may pass. */
  isReady(): boolean
  /** Everything written is sealed when this resolves. @throws AggregateError; all is closed then, too */
  close(): Promise<void>
}

/** What an auditor pins: the log's public key, in C2SP tlog-policy form. A copy of it belongs somewhere else. */
const policyKey = 'log.policy'

function toPolicy(origin: string, keys: SealKeys): string {
  const key = toNoteKey(origin, keys.log)
  if (key === null) throw new Fault('config.invalid', { where: 'origin', origin, why: 'not a name for a log' })
  return `log ${key.vkey}\nquorum none\n`
}

/** The sealer keeps little for long and waits for nobody: a young generation of a few megabytes is enough. */
const sealerMemory = { maxYoungGenerationSizeMb: 12 }

export interface RecordParts {
  readonly configuration: Configuration
  readonly keys: NodeKeys
  readonly boot: string
  readonly clock: Clock
  readonly log: Log
}

/** @throws Fault `record.unavailable`, `record.corrupt`, `state.unavailable`; then nothing of it is open */
export async function startRecord(parts: RecordParts): Promise<RunningRecord> {
  const closers = new Closers()
  try {
    return await start(parts, closers)
  } catch (error) {
    await closers.abandon(parts.log)
    throw error
  }
}

async function start({ configuration, keys, boot, clock, log }: RecordParts, opened: Closers): Promise<RunningRecord> {
  const { dataDir, settings } = configuration
  const index = openNodeIndex(dataDir)
  opened.add(() => index.close())
  const objects = await openFolderObjects(join(dataDir, 'record'))
  const journal = await openJournal({
    dir: join(dataDir, 'journal'),
    key: keys.journal,
    boot,
    clock,
    log,
    after: index.cursor(),
  })
  opened.add(() => journal.close())
  const seals = toSealKeys({ log: keys.log, attestation: keys.attestation, kek: keys.payload, pepper: keys.pseudonym })
  const state = index.load()
  requireSameLog(dataDir, state.tree.size)
  // Traffic that is recorded and can never be sealed is found here, not by whoever reads the log of this process.
  await openPublisher(objects, parseOrigin(settings.origin), seals.log, state)
  // Before the sealer looks for what a crash left half: this is half for a moment.
  await objects.replace(policyKey, Buffer.from(toPolicy(settings.origin, seals)))
  const place: SealerPlace = { dataDir, origin: settings.origin, node: settings.origin }
  const sealer = new SealerThread(
    () =>
      new Worker(new URL('./sealer-worker.ts', import.meta.url), { workerData: place, resourceLimits: sealerMemory }),
    log,
  )
  return {
    journal,
    reader: createRecordContent(index, objects, seals.kek),
    isReady: () => journal.failed === null,
    close: async () => await closeAll([() => journal.close(), () => sealer.close(), () => index.close()]),
  }
}

/** @throws Fault `record.corrupt` when the log that this key has signed is not the one that is here */
function requireSameLog(dataDir: string, treeSize: number): void {
  if (treeSize > 0) noteLogBegun(dataDir)
  else if (hasLogBegun(dataDir))
    throw new Fault('record.corrupt', {
      what: 'log',
      why:
        'log.key has signed a log that is not here: restore index.sqlite and record/ with it; or, for a new log, ' +
        'give it another origin and move keys/log.key and keys/log.begun away',
    })
}
