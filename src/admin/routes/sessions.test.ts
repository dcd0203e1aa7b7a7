// What a page of the record may cost everybody else: decisions are asked for once a connection, and content has a bound.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agent } from '../../../test/harness/fake-journey.ts'
import { Fault } from '../../kernel/fault.ts'
import type { EventRow, SessionFilter, SessionRow } from '../../kernel/seal-store.ts'
import { toEventRow, toSessionRow } from '../../seal/rows.ts'
import type { ReadingRooms } from '../rooms.ts'
import { eventsFor, sessionsFor } from './sessions.ts'

const opened = toSessionRow({
  t: 'session.open',
  session: 'ses_1',
  atMs: 0,
  upMs: 0,
  connection: 'orders',
  protocol: 'sql',
  principal: agent,
  peer: { address: '127.0.0.1', tls: true },
  client: null,
  policyVersion: 'v',
  grant: 'g',
  visibleClasses: [],
})

function newRooms(rows: Partial<Readonly<Record<'sessions', SessionRow[]> & Record<'events', EventRow[]>>>): {
  readonly rooms: ReadingRooms
  readonly asked: string[]
  readonly watched: object[]
} {
  const asked: string[] = []
  const watched: object[] = []
  const rooms: ReadingRooms = {
    watch: async (who, what) => {
      watched.push({ who: who.id, ...what })
      await Promise.resolve()
    },
    authorizer: {
      decide(_principal, { connection }, { key }) {
        asked.push(`${key} ${connection}`)
        const why = { policies: [], policyVersion: 'v' }
        return key.endsWith('true') ? { outcome: 'allow', ...why } : { outcome: 'deny', reason: 'no', ...why }
      },
    },
    connections: [],
    protocols: [{ id: 'sql', render: () => ({ request: '', response: 'x'.repeat(1024 * 1024) }) }],
    journey: { register: { has: () => false } },
    record: {
      index: {
        session: () => rows.sessions?.[0] ?? null,
        sessions({ before, limit }: SessionFilter) {
          const all = rows.sessions ?? []
          const from = before === null ? 0 : all.findIndex(({ id }) => id === before) + 1
          return all.slice(from, from + limit)
        },
        events: (_session: string, after: number, limit: number) =>
          (rows.events ?? []).filter(({ seq }) => seq > after).slice(0, limit),
      },
      action: async () => await Promise.resolve({ parts: [], response: new Uint8Array(0), state: 'whole' }),
    },
  }
  return { rooms, asked, watched }
}

test('of ten thousand sessions that a caller may not read each connection is asked about once', () => {
  const sessions = Array.from({ length: 10_000 }, (_, i): SessionRow => ({
    ...opened,
    id: `ses_${i}`,
    connection: `c${i % 3}`,
    principalId: i === 9_998 ? agent.id : 'somebody else',
  }))
  const { rooms, asked } = newRooms({ sessions })
  const found = sessionsFor(rooms, agent, { limit: 50 })
  assert.deepEqual(
    found.map(({ id }) => id),
    ['ses_9998'],
  )
  assert.equal(asked.length, 4, 'three connections of others, one of their own')
})

test('a page of content ends with the event that is too much for it, and goes on after it', async () => {
  const events = Array.from({ length: 30 }, (_, seq) =>
    toEventRow({ atMs: 0 }, { session: 'ses_1', seq, t: 'request', label: 'SELECT', leafIndex: seq }),
  )
  const { rooms } = newRooms({ sessions: [opened], events })
  const seen: number[] = []
  for (let after: number | null = -1; after !== null;) {
    const page: Awaited<ReturnType<typeof eventsFor>> = await eventsFor(rooms, agent, 'ses_1', {
      after,
      limit: 100,
      content: true,
    })
    assert.ok(page.events.length <= 9, `${page.events.length} MiB at once`)
    seen.push(...page.events.map(({ seq }) => seq))
    after = page.next
  }
  assert.deepEqual(
    seen,
    events.map(({ seq }) => seq),
  )
  const { events: bare, next } = await eventsFor(rooms, agent, 'ses_1', { after: -1, limit: 100, content: false })
  assert.deepEqual([bare.length, next], [30, null])
})

test('whoever looks into a session is recorded before, and without a record nobody does', async () => {
  const { rooms, watched } = newRooms({ sessions: [opened] })
  const query = { after: -1, limit: 100, content: true }
  await eventsFor(rooms, agent, 'ses_1', query)
  assert.deepEqual(watched, [{ who: agent.id, kind: 'read', about: 'ses_1', content: true }])
  const failing = { ...rooms, watch: async () => await Promise.reject(new Fault('record.unavailable')) }
  await assert.rejects(eventsFor(failing, agent, 'ses_1', query), { code: 'record.unavailable' })
})
