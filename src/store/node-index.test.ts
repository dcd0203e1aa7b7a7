import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { test } from 'node:test'
import type { EventRow, SealRound, SessionFilter, SessionRow } from '../kernel/seal-store.ts'
import { NodeIndex, openNodeIndex } from './node-index.ts'

const emptyRound: SealRound = {
  cursor: 0,
  payloadsFrom: 0,
  tree: { size: 0, frontier: new Uint8Array(0) },
  staged: { first: 0, entries: [] },
  stagedFrom: 0,
  node: 'n',
  running: [],
  keys: [],
  sessions: [],
  events: [],
  objects: [],
  found: [],
}
const everything: SessionFilter = { live: null, connection: null, principal: null, run: null, limit: 100, before: null }

function session(id: string, startedAtMs: number, more: Partial<SessionRow> = {}): SessionRow {
  return {
    id,
    connection: 'orders',
    protocol: 'p',
    principalId: 'idp|a',
    principalDisplay: 'a',
    principalKind: 'agent',
    run: null,
    client: null,
    peerAddress: '::1',
    startedAtMs,
    endedAtMs: null,
    endReason: null,
    requests: 0,
    refused: 0,
    held: 0,
    maskedFields: 0,
    responseBytes: 0,
    firstLeaf: 0,
    lastLeaf: 0,
    sealLeaf: null,
    ...more,
  }
}

function event(seq: number, leafIndex: number, more: Partial<EventRow> = {}): EventRow {
  return {
    session: 'ses_1',
    seq,
    atMs: 1,
    t: 'request',
    action: 1,
    label: 'SELECT',
    outcome: null,
    code: null,
    durationMs: null,
    policies: [],
    approval: null,
    findings: [],
    responseBytes: 0,
    rows: null,
    leafIndex,
    endLeafIndex: null,
    request: null,
    response: null,
    ...more,
  }
}

function withIndex(work: (index: NodeIndex, dir: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-index-'))
  const index = openNodeIndex(dir)
  try {
    work(index, dir)
  } finally {
    index.close()
    rmSync(dir, { recursive: true })
  }
}

test('before the first round everything is empty', () => {
  withIndex((index) => {
    const empty = { size: 0, frontier: new Uint8Array(0) }
    assert.deepEqual(index.load(), {
      cursor: 0,
      payloadsFrom: 0,
      tree: empty,
      staged: { first: 0, entries: [] },
      node: null,
      running: [],
    })
    assert.deepEqual(index.sessions(everything), [])
    assert.equal(index.sessionKey('ses_1'), null)
  })
})

test('a round is all there after a restart, and entries whose tiles are published are gone', () => {
  withIndex((index, dir) => {
    const tree = { size: 3, frontier: new Uint8Array([1, 2]) }
    const entries = [new Uint8Array([7]), new Uint8Array([8]), new Uint8Array([9])]
    index.commit({
      ...emptyRound,
      cursor: 5,
      payloadsFrom: 4,
      tree,
      staged: { first: 0, entries },
      running: [{ session: 'ses_1', state: 's' }],
      keys: [{ session: 'ses_1', wrapped: new Uint8Array([5]) }],
    })
    index.commit({
      ...emptyRound,
      cursor: 6,
      payloadsFrom: 6,
      tree,
      staged: { first: 3, entries: [] },
      stagedFrom: 2,
      running: [
        { session: 'ses_2', state: 't' },
        { session: 'ses_1', state: null },
      ],
    })
    const again = openNodeIndex(dir)
    const state = again.load()
    assert.deepEqual(state, {
      cursor: 6,
      payloadsFrom: 6,
      tree,
      staged: { first: 2, entries: [new Uint8Array([9])] },
      node: 'n',
      running: [{ session: 'ses_2', state: 't' }],
    })
    assert.deepEqual(again.sessionKey('ses_1'), new Uint8Array([5]))
    assert.equal(again.cursor(), 6)
    again.close()
  })
})

test('a round that cannot be written leaves nothing behind', () => {
  withIndex((index) => {
    const entries = [new Uint8Array([1])]
    index.commit({ ...emptyRound, staged: { first: 0, entries } })
    const twice = { ...emptyRound, cursor: 9, sessions: [session('ses_1', 1)], staged: { first: 0, entries } }
    assert.throws(() => index.commit(twice), { code: 'state.unavailable' })
    assert.equal(index.cursor(), 0)
    assert.equal(index.session('ses_1'), null)
  })
})

test('sessions are listed newest first, page by page, by what is asked', () => {
  withIndex((index) => {
    const rows = [
      session('ses_1', 1),
      session('ses_2', 2, { endedAtMs: 3 }),
      session('ses_3', 2, { connection: 'other' }),
      session('ses_4', 4, { run: 'run_1' }),
    ]
    index.commit({ ...emptyRound, sessions: rows })
    const ids = (filter: Partial<SessionFilter>): string =>
      index
        .sessions({ ...everything, ...filter })
        .map((row) => row.id.slice(4))
        .join('')
    assert.equal(ids({}), '4321')
    assert.equal(ids({ limit: 2 }), '43')
    assert.equal(ids({ before: 'ses_3' }), '21')
    assert.equal(ids({ live: true }), '431')
    assert.equal(ids({ live: false }), '2')
    assert.equal(ids({ connection: 'other' }), '3')
    assert.equal(ids({ run: 'run_1' }), '4')
    assert.equal(ids({ principal: 'nobody' }), '')
  })
})

test('an event is found by its place and by either of its entries', () => {
  withIndex((index) => {
    index.commit({ ...emptyRound, events: [event(1, 10), event(2, 11), event(4, 13)] })
    index.commit({ ...emptyRound, events: [event(1, 10, { outcome: 'completed', endLeafIndex: 12 })] })
    assert.deepEqual(
      index.events('ses_1', 0, 2).map((row) => row.seq),
      [1, 2],
    )
    assert.deepEqual(
      index.events('ses_1', 2, 9).map((row) => row.seq),
      [4],
    )
    assert.equal(index.eventOfLeaf(12)?.outcome, 'completed')
    assert.equal(index.eventOfLeaf(10)?.seq, 1)
    assert.equal(index.eventOfLeaf(99), null)
  })
})

test('a row that is no JSON is that the index cannot answer', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'index-'))
  const index = openNodeIndex(dir)
  try {
    index.commit({ ...emptyRound, sessions: [session('ses_1', 1)], events: [event(0, 0)] })
    const other = new DatabaseSync(join(dir, 'index.sqlite'))
    other.exec(`UPDATE session SET row = 'torn'; UPDATE event SET row = 'torn'`)
    other.close()
    const unavailable = { code: 'state.unavailable', message: /^state\.unavailable: / }
    assert.throws(() => index.session('ses_1'), unavailable)
    assert.throws(() => index.sessions(everything), unavailable)
    assert.throws(() => index.events('ses_1', -1, 10), unavailable)
    assert.throws(() => index.eventOfLeaf(0), unavailable)
  } finally {
    index.close()
    rmSync(dir, { recursive: true })
  }
})

/** Remembers what was asked. */
class WatchedDatabase extends DatabaseSync {
  readonly asked: string[] = []

  override prepare(text: string): StatementSync {
    this.asked.push(text)
    return super.prepare(text)
  }
}

test('whoever asks for a run that is not there does not have every session read', () => {
  const dir = mkdtempSync(join(tmpdir(), 'index-'))
  try {
    openNodeIndex(dir).close()
    const database = new WatchedDatabase(join(dir, 'index.sqlite'))
    const index = new NodeIndex(database)
    const asked: readonly (readonly [Partial<SessionFilter>, RegExp])[] = [
      [{ run: 'run_1' }, /SEARCH session USING INDEX session_run/],
      [{ connection: 'orders' }, /SEARCH session USING INDEX session_connection/],
      [{ live: true }, /USING INDEX session_live/],
      [{}, /USING INDEX session_order/],
    ]
    for (const [filter, plan] of asked) {
      index.sessions({ ...everything, ...filter })
      const steps = database.prepare(`EXPLAIN QUERY PLAN ${database.asked.at(-1) ?? ''}`).all()
      const told = steps.map((step) => String(step['detail'])).join('; ')
      assert.match(told, plan)
      assert.doesNotMatch(told, /TEMP B-TREE/, 'no sorting')
    }
    index.close()
  } finally {
    rmSync(dir, { recursive: true })
  }
})
