import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { test } from 'node:test'
import { gatewayEvent } from './testing/journal.ts'
import { TestLog } from './testing/log.ts'
import { runSealerLoop, type SealerReport, type SealerRequest } from './worker.ts'

/** The parent's end of the port. */
class TestPort extends EventEmitter {
  readonly reports: SealerReport[] = []

  postMessage(report: SealerReport): void {
    this.reports.push(report)
    this.emit('report', report)
  }

  say(request: SealerRequest): void {
    this.emit('message', request)
  }

  async next(t: SealerReport['t'], ask: () => void = () => undefined): Promise<SealerReport> {
    setImmediate(ask)
    for (;;) {
      const [report] = (await once(this, 'report')) as [SealerReport]
      if (report.t === t) return report
    }
  }
}

function start(log: TestLog): { port: TestPort; ended: Promise<void> } {
  const port = new TestPort()
  return { port, ended: runSealerLoop({ sealer: log.sealer, idleMs: 1, retryMs: 1 }, port) }
}

test('what is durable is sealed by itself, a flush answers when it is, a stop ends', async () => {
  const log = new TestLog()
  const { port, ended } = start(log)
  log.journal.append(gatewayEvent('start'))
  port.say({ t: 'flush', id: 7 })
  assert.deepEqual(await port.next('flushed'), { t: 'flushed', id: 7, fault: null })
  assert.equal(log.entries().length, 2)
  log.journal.append(gatewayEvent('stop'))
  port.say({ t: 'stop' })
  await ended
  assert.deepEqual(port.reports.at(-1), { t: 'stopped' })
  assert.equal(log.entries().length, 3)
  assert.equal(port.listenerCount('message'), 0)
})

test('a failure is told once, and so is its end', async () => {
  const log = new TestLog()
  log.objects.writesLeft = 0
  log.journal.append(gatewayEvent('start'))
  const { port, ended } = start(log)
  const failed = await port.next('failed')
  assert.equal(failed.t === 'failed' ? failed.fault.code : '', 'record.unavailable')
  port.say({ t: 'flush', id: 1 })
  const flushed = await port.next('flushed')
  assert.equal(flushed.t === 'flushed' ? flushed.fault?.code : '', 'record.unavailable')
  log.objects.writesLeft = Number.POSITIVE_INFINITY
  await port.next('recovered')
  port.say({ t: 'stop' })
  await ended
  assert.equal(port.reports.filter(({ t }) => t === 'failed').length, 1)
})

test('what begins as one failure and becomes another is told again: for one of them a human must look', async () => {
  const log = new TestLog()
  log.journal.append(gatewayEvent('start'))
  const { port, ended } = start(log)
  await port.next('flushed', () => port.say({ t: 'flush', id: 1 }))
  log.objects.writesLeft = 0
  log.journal.append(gatewayEvent('heartbeat'))
  await port.next('failed')
  log.objects.files.set('checkpoint', Buffer.from('somebody else’s'))
  const failed = await port.next('failed')
  assert.equal(failed.t === 'failed' ? failed.fault.code : '', 'record.corrupt')
  port.say({ t: 'stop' })
  await ended
})
