// The operator's log: JSON lines on standard error, by pino. Where nobody can write any more, as on a full disk, lines are lost
// and the gateway goes on: what must not be lost is in the record.

import { pino } from 'pino'
import type { Log } from '../kernel/log.ts'

/** Lines that wait until they can be written; more of them are dropped. */
const maxWaitingBytes = 1024 * 1024

export function createLog(level: 'debug' | 'info' | 'warn' | 'error' | 'silent', fd = 2): Log {
  const destination = pino.destination({ fd, sync: true, maxLength: maxWaitingBytes })
  // There is no place left to tell of it. Without a listener the gateway would end, or worse: be thrown out of what it is doing.
  destination.on('error', () => undefined)
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
  return {
    info: (what, facts = {}) => logger.info(facts, what),
    warn: (what, facts = {}) => logger.warn(facts, what),
    error: (what, facts = {}) => logger.error(facts, what),
  }
}
