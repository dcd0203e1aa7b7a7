// What was opened is closed again, in the opposite order. One that fails does not keep the others open: a thread that nobody
// tells to stop would keep the process alive.

import { toFault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'

type Close = () => void | Promise<void>

export class Closers {
  readonly #closers: Close[] = []

  add(close: Close): void {
    this.#closers.push(close)
  }

  /** @throws AggregateError of what failed, after all were tried */
  async close(): Promise<void> {
    await closeAll(this.#closers.splice(0).toReversed())
  }

  /** For what could not be opened to its end: why is the caller's to tell, so what fails here goes to the log. */
  async abandon(log: Log): Promise<void> {
    try {
      await this.close()
    } catch (error) {
      const failures: readonly unknown[] = error instanceof AggregateError ? error.errors : [error]
      for (const failure of failures) {
        const { code, id } = toFault(failure)
        log.error('what was begun could not be closed', { code, fault: id })
      }
    }
  }
}

/** In this order. @throws AggregateError of what failed, after all were tried */
export async function closeAll(closers: readonly Close[]): Promise<void> {
  const failures: unknown[] = []
  for (const close of closers) {
    try {
      await close()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'the gateway did not close cleanly')
}
