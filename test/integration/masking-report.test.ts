// What masking did, as people see it afterwards: what a rule lets through reaches the client and is counted as that, the session
// says how much was looked at, and the report says which rules fire most, to those who may read the sessions.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { psql, until } from '../harness/clients.ts'
import { personalData } from '../harness/customers.ts'
import { runCli, type Ran } from '../harness/gateway.ts'
import { startOrders, type Orders } from '../harness/orders.ts'

const ours = 'no-reply@example.com'
let orders: Orders
let tokens: { readonly agent: string; readonly other: string; readonly security: string }
/** The session of the agent. */
let session: string

interface Line {
  readonly class: string
  readonly rule: string
  readonly connection: string
  readonly field: string | null
  readonly side: string
  readonly ignoredBy: string | null
  readonly count: number
  readonly sessions: number
  readonly share: number
}

async function json<T>(token: string, ...args: string[]): Promise<T> {
  const ran = await orders.gateway.cli(token, ...args, '--json')
  assert.equal(ran.status, 0, ran.stderr)
  return JSON.parse(ran.stdout) as T
}

before(async () => {
  orders = await startOrders(
    {
      more: `masking:
  ignore:
    - id: our-own-address
      class: pii/email
      connection: orders
      value: { text: ${ours} }
      reason: our own address, in every mail
      owner: mail team
      expires: 2999-01-01
    - id: forgotten
      class: pci/card
      field: card
      reason: cards of the test shop
      owner: shop team
      expires: 2020-01-01`,
    },
    ['pii'],
  )
  tokens = {
    agent: await orders.issuer.token({ sub: 'nightly', groups: ['agents'] }),
    other: await orders.issuer.token({ sub: 'weekly', groups: ['agents'] }),
    security: await orders.issuer.token({ sub: 'sam', kind: 'human', name: 'sam', groups: ['security'] }),
  }
  const ran = await psql(orders.gateway, tokens.agent, `SELECT email, card, notes, '${ours}' AS sender FROM customers`)
  assert.equal(ran.status, 0, ran.stderr)
  assert.ok(ran.stdout.includes(ours), ran.stdout)
  for (const value of personalData) assert.ok(!ran.stdout.includes(value), value)
  session = await until(
    'the session in the record',
    async () =>
      (await json<{ id: string; maskedFields: number }[]>(tokens.agent, 'sessions')).find((one) => one.maskedFields > 0)
        ?.id,
    20_000,
  )
})

after(async () => {
  await orders?.stop()
})

test('a session says how much was looked at, and what a rule let through', async () => {
  const { session: shown } = await json<{
    session: { coverage: Record<string, number>; ignoredFields: number }
  }>(tokens.agent, 'show', session)
  assert.ok((shown.coverage['scannedBytes'] ?? 0) > 20)
  assert.equal(shown.coverage['encodedBytes'], 0)
  assert.ok(shown.ignoredFields > 0)
  const { stdout } = await orders.gateway.cli(tokens.agent, 'show', session)
  assert.match(stdout, /\d (?:bytes|KiB) scanned/)
  assert.match(stdout, /not masked pii\/email ×\d+ by rule our-own-address/)
})

test('the report names the rules that fired, with fields and shares, and no value', async () => {
  const report = await json<{ lines: Line[]; total: number; complete: boolean }>(tokens.agent, 'mask', 'report')
  assert.equal(report.complete, true)
  const ignored = report.lines.find((line) => line.ignoredBy !== null && line.side === 'response')
  assert.deepEqual(
    [ignored?.class, ignored?.rule, ignored?.connection, ignored?.field, ignored?.ignoredBy, ignored?.sessions],
    ['pii/email', 'email', 'orders', 'sender', 'our-own-address', 1],
  )
  assert.ok(report.lines.some((line) => line.field === 'card' && line.class === 'pci/card' && line.ignoredBy === null))
  assert.equal(report.lines.reduce((sum, line) => sum + line.count, 0), report.total) // prettier-ignore
  assert.ok(Math.abs(report.lines.reduce((sum, line) => sum + line.share, 0) - 1) < 0.01)
  for (const value of [...personalData, ours]) assert.ok(!JSON.stringify(report).includes(value), value)
  const { stdout } = await orders.gateway.cli(tokens.agent, 'mask', 'report', '--since', '1h')
  assert.match(stdout, /SHARE +COUNT +SESSIONS +CLASS/)
})

test('it counts sessions that one may read, and no others', async () => {
  const none = await json<{ lines: Line[]; total: number }>(tokens.other, 'mask', 'report')
  assert.deepEqual([none.lines, none.total], [[], 0])
  const own = await json<{ total: number }>(tokens.agent, 'mask', 'report')
  const all = await json<{ total: number }>(tokens.security, 'mask', 'report')
  assert.ok(all.total >= own.total && own.total > 0)
  const later = await json<{ total: number }>(tokens.agent, 'mask', 'report', '--since', '2999-01-01')
  assert.equal(later.total, 0)
  const elsewhere = await json<{ total: number }>(tokens.agent, 'mask', 'report', '--connection', 'claude')
  assert.equal(elsewhere.total, 0)
})

test('a rule that has expired is told by check and by doctor', async () => {
  const check = await runCli(['check', '-c', orders.gateway.configFile], { ORDERS_PASSWORD: 'x' })
  assert.equal(check.status, 0, check.stderr)
  assert.match(check.stderr, /'forgotten' of shop team expired on 2020-01-01/)
  const doctor = await runCli(['doctor', '-c', orders.gateway.configFile], { ORDERS_PASSWORD: 'x' })
  assert.match(doctor.stdout, /'forgotten' of shop team expired on 2020-01-01/)
})

test('explain and digest work with the configuration', async () => {
  const explain = async (text: string): Promise<Ran> =>
    await runCli(['mask', 'explain', '-c', orders.gateway.configFile, '--connection', 'orders', text])
  assert.match((await explain(`write to ${ours}`)).stdout, /ignored by rule our-own-address/)
  const answered = await explain('my card is 4111 1111 1111 1111')
  assert.match(answered.stdout, /pci\/card +card-number +passed +word card +0\.8 → 1 of 0\.4 +\*{4} \*{4} \*{4} 1111 \(partial\)/) // prettier-ignore
  const args = ['mask', 'digest', '-c', orders.gateway.configFile, '--class', 'pii/email']
  const [digest, again] = [await runCli(args, {}, `${ours}\n`), await runCli(args, {}, ours.toUpperCase())]
  assert.match(digest.stdout, /^[0-9a-f]{32}\n$/)
  assert.equal(again.stdout, digest.stdout)
})
