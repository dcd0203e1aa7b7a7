// The record cannot be written: at start, and in the middle of the work. Nothing passes that cannot be recorded (G1), the
// client is told so, and the gateway recovers by itself.

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectDriver, psql, until } from '../harness/clients.ts'
import { customersSeed, personalData } from '../harness/customers.ts'
import { startDatabaseServer, type DatabaseServer } from '../harness/database-server.ts'
import { runCli, startGateway, type TestGateway } from '../harness/gateway.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { ordersConnection } from '../harness/orders.ts'
import { newSmallDisk, type SmallDisk } from '../harness/small-disk.ts'

let issuer: TestIssuer
let database: DatabaseServer
let token: string

before(async () => {
  issuer = await startIssuer()
  database = await startDatabaseServer({ seed: customersSeed })
  token = await issuer.token({ sub: 'nightly', groups: ['agents'] })
})

after(async () => {
  await database?.stop()
  await issuer?.stop()
})

async function start(dir: string, within: readonly string[] = []): Promise<TestGateway> {
  return await startGateway({
    dir,
    within,
    issuer: issuer.url,
    ...ordersConnection(database, ['dev']),
  })
}

function assertNothingLeaked(...texts: readonly string[]): void {
  for (const text of texts) {
    for (const secret of [token, database.password, ...personalData]) assert.ok(!text.includes(secret), secret)
  }
}

// ── at start ──

const places: readonly (readonly [string, (dir: string) => void])[] = [
  [
    'the journal’s folder is a file',
    (dir) => {
      mkdirSync(join(dir, 'data'))
      writeFileSync(join(dir, 'data/journal'), 'not a folder')
    },
  ],
  ['the data folder is a file', (dir) => writeFileSync(join(dir, 'data'), 'not a folder')],
  [
    'the record’s folder is a file',
    (dir) => {
      mkdirSync(join(dir, 'data'))
      writeFileSync(join(dir, 'data/record'), 'not a folder')
    },
  ],
]

for (const [what, spoil] of places) {
  test(`${what}: the gateway does not start, and says what to do`, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-spoilt-'))
    try {
      spoil(dir)
      const said = await start(dir).then(
        async (gateway) => {
          await gateway.remove()
          return assert.fail('it started')
        },
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      assert.match(said, /record\.unavailable|state\.unavailable/)
      assert.match(said, /data folder/, 'what to look at')
      assert.ok(!/\n\s+at .*:\d+:\d+/.test(said), `a stack trace is not an answer:\n${said}`)
      assertNothingLeaked(said)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
}

test('the record is not the one that was committed: the gateway does not start, names it, and changes nothing', async () => {
  const gateway = await start(mkdtempSync(join(tmpdir(), 'sallyport-spoilt-')))
  const record = join(gateway.dataDir, 'record')
  try {
    assert.equal((await psql(gateway, token, 'SELECT 1')).status, 0)
    await until('the seal', () => ['seal', 'checkpoint'].every((name) => readdirSync(record).includes(name)))
    const older = readFileSync(join(record, 'checkpoint'))
    assert.equal((await psql(gateway, token, 'SELECT 2')).status, 0)
    await gateway.stop()
    const newer = readFileSync(join(record, 'checkpoint'))
    assert.notDeepEqual(older, newer)
    const [size] = newer.toString().split('\n').slice(1)
    const tile = join(record, `tile/0/000.p/${size}`)
    const cases: readonly (readonly [string, string, Buffer | null, RegExp])[] = [
      ['a byte of the checkpoint', join(record, 'checkpoint'), flipped(newer, 60), /not this log's/],
      ['a tile that is gone', tile, null, /the checkpoint does not fit its tiles/],
      ['a tile that was changed', tile, flipped(readFileSync(tile), 3), /the checkpoint does not fit its tiles/],
      ['the index', join(gateway.dataDir, 'index.sqlite'), null, /log\.key has signed a log that is not here/],
    ]
    for (const [what, path, bytes, why] of cases) {
      const kept = readFileSync(path)
      if (bytes === null) rmSync(path)
      else writeFileSync(path, bytes)
      const said = await start(gateway.dir).then(
        async (started) => {
          await started.stop()
          return assert.fail(`it started in spite of ${what}`)
        },
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      assert.match(said, /record\.corrupt/, what)
      assert.match(said, why, what)
      assert.ok(!/\n\s+at .*:\d+:\d+/.test(said), `a stack trace is not an answer:\n${said}`)
      assert.deepEqual(
        readFileSync(join(record, 'checkpoint')),
        bytes !== null && path.endsWith('checkpoint') ? bytes : newer,
      )
      for (const rest of ['', '-wal', '-shm']) if (path.endsWith('.sqlite')) rmSync(path + rest, { force: true })
      writeFileSync(path, kept)
    }
    const lost = ['record', 'index.sqlite']
    for (const name of lost) renameSync(join(gateway.dataDir, name), join(gateway.dir, name))
    const second = await start(gateway.dir).then(
      () => assert.fail('it began another log under the same key'),
      (error: unknown) => String(error),
    )
    assert.match(second, /record\.corrupt.*log\.key has signed a log that is not here/)
    for (const name of [...lost, 'index.sqlite-wal', 'index.sqlite-shm'])
      rmSync(join(gateway.dataDir, name), { recursive: true, force: true })
    for (const name of lost) renameSync(join(gateway.dir, name), join(gateway.dataDir, name))
    const again = await start(gateway.dir)
    assert.equal((await psql(again, token, 'SELECT 3')).status, 0)
    await again.stop()
    const verified = await runCli(['verify', gateway.dataDir])
    assert.equal(verified.status, 0, verified.stdout)
  } finally {
    await gateway.remove()
  }
})

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

// ── in the middle of the work ──

const write = "UPDATE orders SET status = 'sent' WHERE id = 5"

function statusOfOrder(): string {
  return database.sql('SELECT status FROM orders WHERE id = 5', 'orders')
}

test('the disk fills up: nothing passes, everybody is told, and it goes on when there is room', async () => {
  const disk = await newSmallDisk('size=16m')
  const gateway = await start(disk.dir, disk.within)
  try {
    const open = await connectDriver(gateway, token)
    assert.equal((await open.query('SELECT 1 AS one')).rows.length, 1)
    assert.equal(statusOfOrder(), 'open')
    disk.fill()
    const refusals = await askUntilRefused(gateway, disk)
    const asked = await psql(gateway, token, write)
    assert.notEqual(asked.status, 0)
    assert.match(asked.stderr, /(?:FATAL|ERROR): {2}The gateway cannot record, so nothing passes\./)
    assert.match(asked.stderr, /flt_[0-9A-Z]+/)
    const session = await open.query(write).then(
      () => assert.fail('it passed without a record'),
      (error: unknown) => error,
    )
    assert.ok(session instanceof Error)
    assert.match(session.message, /cannot record/)
    assert.equal(statusOfOrder(), 'open', 'nothing reached the target')
    assert.match(gateway.log(), /"code":"record\.unavailable"/)
    assert.match(gateway.log(), /Free disk space/)
    assertNothingLeaked(refusals, asked.stderr, gateway.log())

    disk.free()
    const again = await until('the gateway to recover', async () => {
      const ran = await psql(gateway, token, write)
      return ran.status === 0 ? ran : null
    })
    assert.match(again.stdout, /UPDATE 1/)
    assert.equal(statusOfOrder(), 'sent')
    const read = await psql(gateway, token, 'SELECT id, email FROM customers ORDER BY id')
    assert.equal(read.status, 0, read.stderr)
    assertNothingLeaked(read.stdout, gateway.log())

    await gateway.stop()
    const verified = await runCli(['verify', gateway.dataDir, '--json'])
    assert.equal(verified.status, 0, `the record is whole up to the gap and after it:\n${verified.stdout}`)
    const { sessions } = JSON.parse(verified.stdout) as { sessions: { open: number; crashed: number } }
    assert.deepEqual([sessions.open, sessions.crashed], [0, 0], 'what ended while nothing could be recorded is ended')
  } finally {
    disk.free()
    await gateway.stop()
    await disk.remove()
  }
})

test('told to stop while the disk is full, it ends, and says that the record has not all of it', async () => {
  const disk = await newSmallDisk('size=16m')
  const gateway = await start(disk.dir, disk.within)
  try {
    disk.fill()
    await askUntilRefused(gateway, disk)
    process.kill(gateway.pid, 'SIGTERM')
    const tooLate = sleep(10_000, 'goes on', { ref: false })
    assert.equal(await Promise.race([gateway.ended.then(() => 'ended'), tooLate]), 'ended')
    assert.match(gateway.log(), /did not close cleanly/)
    assert.match(gateway.log(), /record\.unavailable/)
    assert.ok(!/\n\s+at .*:\d+:\d+/.test(gateway.log()), `a stack trace is not an answer:\n${gateway.log()}`)
    disk.free()
    await start(disk.dir, disk.within).then(async (again) => await again.stop())
    const verified = await runCli(['verify', gateway.dataDir])
    assert.equal(verified.status, 0, verified.stdout)
  } finally {
    disk.free()
    await gateway.stop()
    await disk.remove()
  }
})

/** What was set aside for the journal before is used up first; each of these is recorded, or refused. */
async function askUntilRefused(gateway: TestGateway, disk: SmallDisk): Promise<string> {
  const filler = `SELECT '${'x'.repeat(100_000)}'`
  return await until(
    'the first refusal',
    async () => {
      disk.fill()
      const ran = await psql(gateway, token, filler)
      return ran.status === 0 ? null : ran.stderr
    },
    60_000,
  )
}
