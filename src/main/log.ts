// The operator's log: JSON lines on standard error, by pino.

import { pino } from 'pino'
import type { Log } from '../kernel/log.ts'

export function createLog(level: 'debug' | 'info' | 'warn' | 'error' | 'silent'): Log {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  )
  return {
    info: (what, facts = {}) => logger.info(facts, what),
    warn: (what, facts = {}) => logger.warn(facts, what),
    error: (what, facts = {}) => logger.error(facts, what),
  }
}
