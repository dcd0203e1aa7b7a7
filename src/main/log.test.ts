import assert from 'node:assert/strict'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLog } from './log.ts'

const full = '/dev/full'
const skip = existsSync(full) ? false : 'this system has no device that is always full'

test('a log that cannot be written neither ends the gateway nor throws into it', { skip }, async () => {
  const file = openSync(full, 'w')
  try {
    const log = createLog('info', file)
    for (let i = 0; i < 3; i++) log.error('nobody reads this', { i })
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    closeSync(file)
  }
})

test('one line of JSON for each thing that is said', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-log-'))
  const path = join(dir, 'log')
  const file = openSync(path, 'w')
  try {
    const log = createLog('warn', file)
    log.info('not asked for')
    log.warn('one', { fault: 'flt_1' })
    log.error('two')
    const lines = readFileSync(path, 'utf8').trim().split('\n')
    const said = lines.map((line): unknown => JSON.parse(line))
    assert.deepEqual(
      said.map((line) => Object.assign({}, line, { time: '' })),
      [
        { level: 40, time: '', fault: 'flt_1', msg: 'one' },
        { level: 50, time: '', msg: 'two' },
      ],
    )
  } finally {
    closeSync(file)
    rmSync(dir, { recursive: true })
  }
})
