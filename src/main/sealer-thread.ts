// The sealer's thread seen from the gateway: what it reports goes to the log, and it is asked to finish before the gateway ends.

import type { Worker } from 'node:worker_threads'
import type { Log } from '../kernel/log.ts'
import type { SealerReport, SealerRequest } from '../seal/worker.ts'

export class SealerThread {
  readonly #worker: Worker
  readonly #ended: Promise<void>

  constructor(worker: Worker, log: Log) {
    this.#worker = worker
    worker.on('message', (report: SealerReport) => {
      if (report.t === 'failed')
        log.error('the record is written but cannot be sealed', {
          fault: report.fault.id,
          code: report.fault.code,
          ...report.fault.facts,
        })
      if (report.t === 'recovered') log.info('the record is being sealed again')
    })
    // The journal goes on without it and nothing is lost; the next start seals what is there.
    worker.on('error', (error: Error) =>
      log.error('the sealer stopped', { error: error.name, why: 'code' in error ? String(error.code) : undefined }),
    )
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => resolve())
    })
  }

  async close(): Promise<void> {
    const stop: SealerRequest = { t: 'stop' }
    this.#worker.postMessage(stop)
    await this.#ended
  }
}
