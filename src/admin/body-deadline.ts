// The listener gives bodies no deadline, because a held request may wait for minutes; nothing that the API takes does.

import type { IncomingMessage } from 'node:http'

const bodyMs = 30_000

/** A body that is not whole by then ends its connection. */
export function limitBodyTime(request: IncomingMessage, ms = bodyMs): void {
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy()
  }, ms)
  timer.unref()
  request.once('close', () => clearTimeout(timer))
}
