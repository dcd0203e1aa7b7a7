// The sealer's thread seen from the gateway: what it reports goes to the log, one that ends by itself is followed by another,
// and it is asked to finish before the gateway ends.

import type { Worker } from 'node:worker_threads'
import type { Log } from '../kernel/log.ts'
import type { SealerReport, SealerRequest } from '../seal/worker.ts'

/** Nothing is lost in between, the journal waits; what ended the last one may end the next one, too. */
const defaultRestartMs = 5_000

export class SealerThread {
  readonly #create: () => Worker
  readonly #log: Log
  readonly #restartMs: number
  /** null between two of them. */
  #worker: Worker | null = null
  #ended: Promise<void> = Promise.resolve()
  #restart: NodeJS.Timeout | null = null
  #isClosing = false

  constructor(create: () => Worker, log: Log, restartMs = defaultRestartMs) {
    this.#create = create
    this.#log = log
    this.#restartMs = restartMs
    this.#start()
  }

  /** What is durable is sealed when this resolves, or has failed once more. */
  async close(): Promise<void> {
    this.#isClosing = true
    if (this.#restart !== null) clearTimeout(this.#restart)
    const stop: SealerRequest = { t: 'stop' }
    this.#worker?.postMessage(stop)
    await this.#ended
  }

  #start(): void {
    const worker = this.#create()
    this.#worker = worker
    worker.on('message', (report: SealerReport) => this.#report(report))
    worker.on('error', (error: Error) =>
      this.#log.error('the sealer stopped', {
        error: error.name,
        why: 'code' in error ? String(error.code) : undefined,
      }),
    )
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#worker = null
        resolve()
        if (this.#isClosing) return
        this.#log.warn('the record is written and not sealed: the sealer is started again', { inMs: this.#restartMs })
        this.#restart = setTimeout(() => this.#start(), this.#restartMs)
        this.#restart.unref()
      })
    })
  }

  #report(report: SealerReport): void {
    if (report.t === 'failed')
      this.#log.error('the record is written but cannot be sealed', {
        fault: report.fault.id,
        code: report.fault.code,
        ...report.fault.facts,
      })
    if (report.t === 'recovered') this.#log.info('the record is being sealed again')
  }
}
