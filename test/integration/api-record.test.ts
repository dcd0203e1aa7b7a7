// The record at the API: whose sessions one reads, what is in them, how they end, and what of the log is for auditors.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseBundle } from '../../src/seal/tlog/tile.ts'
import { connectDriver, psql, until } from '../harness/clients.ts'
import { personalData } from '../harness/customers.ts'
import { json, openStage, type Stage, type Who } from './api-stage.ts'

let stage: Stage
/** A session of the agent that has ended, and is sealed. */
let past: string

interface Listed {
  readonly id: string
  readonly live: boolean
  readonly sealIndex: number | null
}

async function sessions(who: Who, query = ''): Promise<readonly Listed[]> {
  const answer = await stage.ask('GET', `/api/sessions${query}`, { who })
  assert.equal(answer.status, 200, answer.text)
  return answer.json()['sessions'] as Listed[]
}

before(async () => {
  stage = await openStage()
  const ran = await psql(stage.gateway, stage.tokens.agent, 'SELECT email, card, notes FROM customers')
  assert.equal(ran.status, 0, ran.stderr)
  past = await until(
    'the seal of the session',
    async () => (await sessions('agent', '?live=false')).find(({ sealIndex }) => sealIndex !== null)?.id,
    20_000,
  )
})

after(async () => {
  await stage?.close()
})

test('everybody reads their own, security reads all, nobody else reads any', async () => {
  for (const who of ['agent', 'security'] as const) {
    assert.ok(
      (await sessions(who)).some(({ id }) => id === past),
      who,
    )
    assert.equal((await stage.ask('GET', `/api/sessions/${past}`, { who })).status, 200)
  }
  for (const who of ['other', 'dba', 'oncall', 'nobody'] as const) {
    assert.deepEqual(await sessions(who), [], who)
    for (const path of [`/api/sessions/${past}`, `/api/sessions/${past}/events?content=true`]) {
      stage.assertProblem(await stage.ask('GET', path, { who }), 404, 'not-found', /no such session, or you may not/)
    }
  }
})

test("sessions of others take no place on one's page", async () => {
  for (let i = 0; i < 3; i++) await psql(stage.gateway, stage.tokens.other, `SELECT ${i}`)
  await until('their sessions', async () => (await sessions('other')).length >= 3)
  assert.deepEqual(
    (await sessions('agent', '?limit=1')).map(({ id }) => id),
    [past],
  )
  const [newest] = await sessions('security', '?limit=1')
  assert.notEqual(newest?.id, past)
  const second = await sessions('security', `?limit=1&before=${newest?.id}`)
  assert.equal(second.length, 1)
  assert.notEqual(second[0]?.id, newest?.id)
})

test('the content of a session is the masked one, and comes only when it is asked for', async () => {
  const plain = await stage.ask('GET', `/api/sessions/${past}/events`, { who: 'security' })
  assert.ok((plain.json()['events'] as { response: unknown }[]).every(({ response }) => response === null))
  const full = await stage.ask('GET', `/api/sessions/${past}/events?content=true`, { who: 'security' })
  assert.match(full.text, /SELECT email, card, notes FROM customers/)
  assert.match(full.text, /"class":"pii\/email"/)
  for (const value of personalData) assert.ok(!full.text.includes(value), value)
})

test('who read a session is in the record, under a pseudonym', async () => {
  await psql(stage.gateway, stage.tokens.other, 'SELECT 7')
  const [unread] = await until('its session', async () => {
    const own = await sessions('other', '?limit=1')
    return own[0]?.id === past ? undefined : own
  })
  const id = unread?.id ?? assert.fail('a session')
  stage.assertProblem(await stage.ask('GET', `/api/sessions/${id}/events`, { who: 'nobody' }), 404, 'not-found')
  await stage.ask('GET', `/api/sessions/${id}/events?content=true`, { who: 'security' })
  const [read, ...more] = await until('the entry', () => {
    const reads = readsOf(id)
    return reads.length === 0 ? undefined : reads
  })
  assert.deepEqual(more, [])
  assert.deepEqual(Object.keys(read ?? {}), ['content', 'kind', 'session', 'who'])
  assert.match(String(read?.['who']), /^p_[0-9a-f]{32}$/)
})

/** What the log on disk says of reads of a session, in order. */
function readsOf(session: string): readonly Readonly<Record<string, unknown>>[] {
  const folder = join(stage.gateway.dataDir, 'record/tile/entries')
  const leaves = new Map<number, Readonly<Record<string, unknown>>>()
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    // What is being written has another name until it is whole.
    if (!file.isFile() || file.name.startsWith('.')) continue
    const width = file.parentPath.endsWith('.p') ? Number(file.name) : 256
    const bundle = parseBundle(readFileSync(join(file.parentPath, file.name)), width) ?? assert.fail(file.name)
    for (const entry of bundle) {
      const leaf = JSON.parse(Buffer.from(entry).toString()) as Leaf
      if (leaf.t === 'access.read' && leaf.body['session'] === session) leaves.set(leaf.seq, leaf.body)
    }
  }
  return [...leaves].sort(([one], [other]) => one - other).map(([, body]) => body)
}

interface Leaf {
  readonly t?: string
  readonly seq: number
  readonly body: Readonly<Record<string, unknown>>
}

test('a timeline comes in pages that join', async () => {
  const all = (await stage.ask('GET', `/api/sessions/${past}/events`, { who: 'agent' })).json()['events']
  const joined: unknown[] = []
  let last: number | null = -1
  for (let page = 0; page < 20 && last !== null; page++) {
    const answer = await stage.ask('GET', `/api/sessions/${past}/events?limit=1&after=${last}`, { who: 'agent' })
    joined.push(...(answer.json()['events'] as unknown[]))
    last = answer.json()['next'] as number | null
  }
  assert.deepEqual(joined, all)
})

test('what looks like SQL in an id or a filter is an id or a filter', async () => {
  for (const text of ["' OR '1'='1", 'ses_%', '%00', '_', '--', '1;DROP TABLE session']) {
    const encoded = encodeURIComponent(text)
    stage.assertProblem(await stage.ask('GET', `/api/sessions/${encoded}`, { who: 'security' }), 404, 'not-found')
    assert.deepEqual(await sessions('security', `?connection=${encoded}`), [])
    assert.deepEqual(await sessions('security', `?run=${encoded}`), [])
  }
  assert.ok((await sessions('security')).length > 0)
})

for (const who of ['agent', 'oncall', 'security'] as const) {
  test(`${who} ends a live session, and it is over at once`, async () => {
    const client = await connectDriver(stage.gateway, stage.tokens.agent)
    await client.query('SELECT 1')
    const gone = new Promise<void>((resolve) => {
      client.once('end', resolve)
    })
    const live = await until('the live session', async () =>
      (await sessions('agent', '?live=true')).find((one) => one.live),
    )
    const path = `/api/sessions/${live.id}/kill`
    const killed = await stage.ask('POST', path, { who, headers: json, body: '{}' })
    assert.deepEqual([killed.status, killed.text], [200, '{"killed":true}'])
    await gone
    const again = await stage.ask('POST', path, { who, headers: json, body: '{}' })
    stage.assertProblem(again, 404, 'not-found', /no live session/)
  })
}

test('a session that has ended cannot be ended', async () => {
  const answer = await stage.ask('POST', `/api/sessions/${past}/kill`, { who: 'security', headers: json, body: '{}' })
  stage.assertProblem(answer, 404, 'not-found', /no live session/)
})

test('of the log one gets the parts that an auditor needs, and no payload', async () => {
  const checkpoint = await stage.ask('GET', '/log/checkpoint', { who: 'nobody' })
  assert.equal(checkpoint.headers['cache-control'], 'no-store')
  const size = Number(checkpoint.text.split('\n')[1])
  assert.ok(size > 0)
  // What is not full stays until it is, however much is written meanwhile.
  assert.ok(size < 256, `${size} entries`)
  const tile = await stage.ask('GET', `/log/tile/entries/000.p/${size}`, { who: 'nobody' })
  assert.equal(tile.status, 200)
  assert.equal(tile.headers['content-type'], 'application/octet-stream')
  assert.equal(tile.headers['cache-control'], 'no-store', 'another one takes its place')
  for (const value of [...personalData, 'SELECT', 'customers']) assert.ok(!tile.text.includes(value), value)
  const policy = await stage.ask('GET', '/log/log.policy', { who: 'nobody' })
  assert.equal(policy.status, 200)
  assert.doesNotMatch(policy.text, /PRIVATE/)
})
