// A log of many sessions, as the sealer leaves it in its store.

import { gatewayEvent, Script } from './journal.ts'
import { TestLog } from './log.ts'

export interface LongLog {
  readonly files: Map<string, Uint8Array>
  /** The checkpoint of when not half of the sessions were there. */
  readonly older: string
  /** Entries. */
  readonly size: number
}

/** @param sessions that are sealed, of seven entries each; one more is open */
export async function newLongLog(sessions: number): Promise<LongLog> {
  const log = new TestLog()
  let older = ''
  log.journal.append(gatewayEvent('start'), gatewayEvent('heartbeat', 60_000))
  for (let i = 0; i < sessions; i++) {
    const script = new Script(`ses_${i}`, i * 100)
    log.journal.append(script.open(), ...script.action(1), ...script.action(2), script.refused(3), script.end())
    if (i === Math.floor(sessions * 0.4)) {
      await log.sealer.flush()
      older = Buffer.from(log.objects.files.get('checkpoint') ?? []).toString()
    }
  }
  log.journal.append(new Script('ses_open').open())
  await log.sealer.flush()
  return { files: log.objects.files, older, size: log.entries().length }
}
