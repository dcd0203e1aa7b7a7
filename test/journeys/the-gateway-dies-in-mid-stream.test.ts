// kill -9 while rows flow: after the restart the log verifies, and the session is named as crashed. Nothing that a client saw
// is missing from the record.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startPsql, until } from '../harness/clients.ts'
import { customersSeed } from '../harness/customers.ts'
import { startDatabaseServer, type DatabaseServer } from '../harness/database-server.ts'
import { startGateway, type GatewayOptions, type TestGateway } from '../harness/gateway.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { ordersConnection } from '../harness/orders.ts'

let issuer: TestIssuer
let database: DatabaseServer
let gateway: TestGateway
let options: GatewayOptions

before(async () => {
  issuer = await startIssuer()
  database = await startDatabaseServer({ seed: customersSeed })
  options = {
    issuer: issuer.url,
    ...ordersConnection(database, ['prod']),
  }
  gateway = await startGateway(options)
})

after(async () => {
  await gateway?.remove()
  await database?.stop()
  await issuer?.stop()
})

test('kill -9 in mid-stream: verify accepts the log and names the session as crashed', async () => {
  const agent = await issuer.token({ sub: 'nightly', groups: ['agents'] })
  const reader = startPsql(
    gateway,
    agent,
    "SELECT n, repeat('x', 100), pg_sleep(0.0005) FROM generate_series(1, 100000) n",
  )
  const security = await issuer.token({ sub: 'sam', kind: 'human', groups: ['security'] })
  const sessions = async (): Promise<{ id: string; endReason: string | null }[]> => {
    const listed = await gateway.cli(security, 'sessions', '--json')
    return JSON.parse(listed.stdout) as { id: string; endReason: string | null }[]
  }
  await until('the session in the index', async () => (await sessions())[0])
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  await gateway.kill()
  const ran = await reader.done
  assert.notEqual(ran.status, 0)
  const offline = await gateway.cli(agent, 'verify', gateway.dataDir, '--json')
  assert.equal(
    offline.status,
    0,
    `a copy taken right after the crash verifies, too:\n${offline.stdout}${offline.stderr}`,
  )
  gateway = await startGateway({ ...options, dir: gateway.dir })
  const crashed = await until('the crash in the index', async () =>
    (await sessions()).find((row) => row.endReason === 'gateway-crash'),
  )
  const verified = await gateway.cli(agent, 'verify', gateway.dataDir, '--json')
  assert.equal(verified.status, 0, verified.stdout + verified.stderr)
  assert.match(verified.stdout, new RegExp(crashed.id))
})
