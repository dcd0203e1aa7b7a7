// The sealer's thread: follows the journal's files and seals them, away from the event loop that carries traffic. It knows the
// data folder and nothing of the gateway beside it, so what it does after a crash is what it does all day.

import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../kernel/clock.ts'
import type { ObjectStore } from '../kernel/object-store.ts'
import { openJournalReader } from '../record/journal-reader.ts'
import { toSealKeys } from '../seal/keys.ts'
import { Sealer } from '../seal/sealer.ts'
import { runSealerLoop } from '../seal/worker.ts'
import { openFolderObjects, removeDrafts } from '../store/folder-objects.ts'
import { noteLogBegun, openNodeKeys } from '../store/keys.ts'
import { openNodeIndex } from '../store/node-index.ts'
import { releaseStartMemory } from './start-memory.ts'

export interface SealerPlace {
  readonly dataDir: string
  readonly origin: string
  readonly node: string
}

const place = workerData as SealerPlace
const keys = openNodeKeys(place.dataDir)
const index = openNodeIndex(place.dataDir)
const record = join(place.dataDir, 'record')
const folder = await openFolderObjects(record)
// The journal is ours by now, and with it the folder.
await removeDrafts(record)
const objects: ObjectStore = {
  put: async (key, bytes) => await folder.put(key, bytes),
  get: async (key) => await folder.get(key),
  list: async (prefix) => await folder.list(prefix),
  remove: async (key) => await folder.remove(key),
  async replace(key, bytes) {
    await folder.replace(key, bytes)
    noteLogBegun(place.dataDir)
  },
}
const sealer = new Sealer({
  reader: openJournalReader(join(place.dataDir, 'journal'), keys.journal),
  store: index,
  objects,
  keys: toSealKeys({ log: keys.log, attestation: keys.attestation, kek: keys.payload, pepper: keys.pseudonym }),
  origin: place.origin,
  node: place.node,
  clock: systemClock,
})
if (parentPort !== null) {
  releaseStartMemory()
  await runSealerLoop({ sealer }, parentPort)
  parentPort.close()
  index.close()
}
