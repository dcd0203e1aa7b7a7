// The process that journal.test.ts kills: appends as fast as it may and says on stdout what is durable, only after it is.
// Arguments: folder, boot, first action, how many sessions append at once, probe interval.

import fs from 'node:fs'
import { Fault } from '../../../src/kernel/fault.ts'
import { systemClock } from '../../../src/kernel/clock.ts'
import { silentLog } from '../../../src/kernel/log.ts'
import { Secret } from '../../../src/kernel/secret.ts'
import type { FileJournal } from '../../../src/record/file-journal.ts'
import { openJournal } from '../../../src/record/journal.ts'

const [dir = '', boot = '', first = '1', sessions = '8', probeEveryMs = '20'] = process.argv.slice(2)
let action = Number(first)

/** Synchronous: a line is in the pipe before anything else happens, so a kill cannot make it say too little or too much. */
function say(line: string): void {
  fs.writeSync(1, `${line}\n`)
}

async function appendForEver(journal: FileJournal, session: string): Promise<void> {
  for (;;) {
    const mine = action++
    const bytes = Buffer.alloc((mine * 37) % 3_000, mine)
    try {
      const event = {
        t: 'response',
        session,
        atMs: systemClock.nowMs(),
        upMs: systemClock.upMs(),
        action: mine,
        bytes,
      } as const
      await journal.durable(journal.append(event))
      say(`durable ${mine}`)
    } catch (failure) {
      if (!(failure instanceof Fault)) throw failure
      say(`fault ${failure.code} ${String(failure.facts['error'])}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}

try {
  const key = new Secret(new Uint8Array(32).fill(9))
  const limits = { segmentBytes: 200_000, probeEveryMs: Number(probeEveryMs) }
  const journal = await openJournal({ dir, key, boot, clock: systemClock, log: silentLog, limits })
  say('open')
  await Promise.all(Array.from({ length: Number(sessions) }, (_, index) => appendForEver(journal, `ses_${index}`)))
} catch (failure) {
  say(
    failure instanceof Fault ? `refused ${failure.code} ${String(failure.facts['error'])}` : `threw ${String(failure)}`,
  )
  process.exitCode = 1
}
