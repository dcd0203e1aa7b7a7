import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { agent } from '../../test/harness/fake-journey.ts'
import type { Clock } from '../kernel/clock.ts'
import type { ConnectCredential, Revocation } from '../kernel/identity-store.ts'
import { openIdentityStore } from './identities.ts'
import { openState, type State } from './state.ts'

class MovedClock implements Clock {
  ms = 1_000_000
  readonly nowMs = (): number => this.ms
  readonly upMs = (): number => this.ms
}

async function withState(work: (state: State, clock: MovedClock, again: () => State) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-identities-'))
  const states: State[] = []
  const open = (): State => {
    const state = openState(dir)
    states.push(state)
    return state
  }
  try {
    await work(open(), new MovedClock(), open)
  } finally {
    for (const state of states) await state.destroy()
    rmSync(dir, { recursive: true, force: true })
  }
}

function credential(id: string, { ms }: MovedClock): ConnectCredential {
  return { id, digest: `digest of ${id}`, principal: agent, issuedAtMs: ms, expiresAtMs: ms + 1_000 }
}

function revocation(id: string, more: Partial<Revocation> = {}): Revocation {
  return { kind: 'principal', id, by: 'idp|admin', reason: 'left', atMs: 1, untilMs: null, ...more }
}

test('a credential is found by its digest, whole, and by nothing else', async () => {
  await withState(async (state, clock) => {
    const store = await openIdentityStore(state, clock)
    const kept = credential('tok_1', clock)
    await store.keepCredential(kept)
    assert.deepEqual(await store.findCredential(kept.digest), kept)
    assert.equal(await store.findCredential('digest of tok'), null)
  })
})

test('credentials that are over go as new ones come: a gateway that is never stopped does not keep them all', async () => {
  await withState(async (state, clock) => {
    const store = await openIdentityStore(state, clock)
    for (let i = 0; i < 20; i++) {
      await store.keepCredential(credential(`tok_${i}`, clock))
      clock.ms += 600
    }
    const rows = await state.selectFrom('connect_credential').select('id').execute()
    assert.deepEqual(
      rows.map(({ id }) => id),
      ['tok_18', 'tok_19'],
    )
  })
})

test('what was revoked is, after a restart too; only a principal comes back', async () => {
  await withState(async (state, clock, again) => {
    const store = await openIdentityStore(state, clock)
    const heard: string[] = []
    const stop = store.onRevoked(({ id }) => heard.push(id))
    await store.revoke(revocation('idp|eve'))
    await store.revoke(revocation('tok_1', { kind: 'token' }))
    await store.revoke(revocation('run_1', { kind: 'run', untilMs: clock.ms + 10 }))
    stop()
    await store.revoke(revocation('idp|mallory'))
    await store.restore('tok_1')
    await store.restore('idp|eve')
    assert.deepEqual(heard, ['idp|eve', 'tok_1', 'run_1'])
    clock.ms += 100
    const later = await openIdentityStore(again(), clock)
    const revoked = ['idp|eve', 'tok_1', 'run_1', 'idp|mallory'].filter((id) => later.isRevoked(id))
    assert.deepEqual(revoked, ['tok_1', 'idp|mallory'])
  })
})

test('a database that does not answer is that, whatever it threw', async () => {
  await withState(async (state, clock) => {
    const store = await openIdentityStore(state, clock)
    await state.schema.dropTable('connect_credential').execute()
    await state.schema.dropTable('revocation').execute()
    const unavailable = { code: 'state.unavailable', facts: { where: 'identities', why: 'SQL logic error' } }
    await assert.rejects(store.findCredential('digest'), unavailable)
    await assert.rejects(store.keepCredential(credential('tok_1', clock)), unavailable)
    await assert.rejects(store.revoke(revocation('idp|eve')), unavailable)
    await assert.rejects(store.restore('idp|eve'), unavailable)
    // What could not be kept is not in force by half.
    assert.equal(store.isRevoked('idp|eve'), false)
  })
})
