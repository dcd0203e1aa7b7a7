// One file that two processes open, and what is left of an opening that failed.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { size } from '../../test/harness/depth.ts'
import { openDatabase, transact } from './database.ts'

function newPath(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-database-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'data', 'state.sqlite')
}

const migrations = ['CREATE TABLE one (id INTEGER) STRICT', 'CREATE TABLE two (id INTEGER) STRICT']

test('migrations run once each, in order; a newer file is not opened', (t) => {
  const path = newPath(t)
  openDatabase(path, migrations.slice(0, 1)).close()
  const database = openDatabase(path, migrations)
  database.exec('INSERT INTO one VALUES (1); INSERT INTO two VALUES (2)')
  database.close()
  openDatabase(path, migrations).close()
  assert.throws(() => openDatabase(path, migrations.slice(0, 1)), {
    code: 'state.unavailable',
    facts: { why: 'the data folder was written by a newer version', version: 2 },
  })
})

test('an opening that fails leaves no lock, and nothing of the migration that failed', (t) => {
  const path = newPath(t)
  assert.throws(() => openDatabase(path, [migrations[0] ?? '', 'no SQL']), { code: 'state.unavailable' })
  const other = new DatabaseSync(path, { timeout: 0 })
  other.exec('CREATE TABLE one (id INTEGER) STRICT')
  other.close()
})

const opener = `
import { parentPort, workerData } from 'node:worker_threads'
const { openDatabase } = await import(workerData.module)
parentPort.postMessage('opens')
try {
  openDatabase(workerData.path, workerData.migrations).close()
  parentPort.postMessage('opened')
} catch (error) {
  parentPort.postMessage(String(error?.cause ?? error))
}
`

/** @returns when it is about to open it, with what will come of that */
async function openElsewhere(path: string): Promise<{ readonly opened: Promise<string> }> {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(opener)}`), {
    workerData: { path, migrations, module: new URL('./database.ts', import.meta.url).href },
  })
  const next = (): Promise<string> =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  assert.equal(await next(), 'opens')
  return { opened: next() }
}

test('of two that open a new file at once one migrates, and both have it', async (t) => {
  const path = newPath(t)
  openDatabase(path, []).close()
  // Both have looked by the time that one may go on.
  const gate = new DatabaseSync(path)
  gate.exec('BEGIN IMMEDIATE')
  const both = await Promise.all([openElsewhere(path), openElsewhere(path)])
  await new Promise((resolve) => setTimeout(resolve, size(1_000, 50)))
  gate.exec('COMMIT')
  gate.close()
  assert.deepEqual(await Promise.all(both.map(({ opened }) => opened)), ['opened', 'opened'])
})

test('what failed is told, also when the database has rolled back by itself', (t) => {
  const database = openDatabase(newPath(t), migrations)
  assert.throws(
    () =>
      transact(database, () => {
        database.exec('INSERT INTO one VALUES (1)')
        // As SQLITE_FULL and SQLITE_IOERR leave it.
        database.exec('ROLLBACK')
        throw new Error('the disk is full')
      }),
    { message: 'the disk is full' },
  )
  transact(database, () => database.exec('INSERT INTO two VALUES (1)'))
  assert.deepEqual(
    ['one', 'two'].map((table) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']),
    [0, 1],
  )
  database.close()
})
