import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { Log } from '../kernel/log.ts'
import { SealerThread } from './sealer-thread.ts'

const dies = `throw new TypeError('out of luck')`
const works = `
const { parentPort } = require('node:worker_threads')
parentPort.postMessage({ t: 'recovered' })
parentPort.on('message', ({ t }) => { if (t === 'stop') process.exit() })
`

function newLog(): { readonly log: Log; readonly said: string[] } {
  const said: string[] = []
  const say = (what: string): void => void said.push(what)
  return { log: { info: say, warn: say, error: say }, said }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

test(
  'a sealer that ends by itself is followed by another, which ends when it is told to',
  { timeout: 10_000 },
  async () => {
    const { log, said } = newLog()
    const threads: Worker[] = []
    const create = (): Worker => {
      const worker = new Worker(threads.length === 0 ? dies : works, { eval: true })
      threads.push(worker)
      return worker
    }
    const sealer = new SealerThread(create, log, 5)
    await until(() => said.includes('the record is being sealed again'))
    assert.deepEqual(said, [
      'the sealer stopped',
      'the record is written and not sealed: the sealer is started again',
      'the record is being sealed again',
    ])
    await sealer.close()
    assert.equal(threads.length, 2)
    assert.equal(said.length, 3, 'what was told to end ends without a word')
  },
)

test('told to close between two sealers, none is begun', { timeout: 10_000 }, async () => {
  const { log, said } = newLog()
  let begun = 0
  const create = (): Worker => {
    begun++
    return new Worker(dies, { eval: true })
  }
  const sealer = new SealerThread(create, log, 20)
  await until(() => said.length === 2)
  await sealer.close()
  await new Promise((resolve) => setTimeout(resolve, 60))
  assert.equal(begun, 1)
})
