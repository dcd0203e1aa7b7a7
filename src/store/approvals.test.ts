import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { approval } from '../../test/harness/approval.ts'
import type { Approval } from '../kernel/approval.ts'
import { SqlApprovals } from './approvals.ts'
import { openState } from './state.ts'

const limits = { perPrincipal: 2, total: 3 }

async function withStore(work: (store: SqlApprovals, again: () => SqlApprovals) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-approvals-'))
  const states = [openState(dir)]
  const first = states[0]
  assert.ok(first !== undefined)
  try {
    await work(new SqlApprovals(first), () => {
      const other = openState(dir)
      states.push(other)
      return new SqlApprovals(other)
    })
  } finally {
    for (const state of states) await state.destroy()
    rmSync(dir, { recursive: true })
  }
}

test('a row comes back as it was written, and outlives the process', async () => {
  await withStore(async (store, again) => {
    assert.equal(await store.insert(approval('apr_1'), limits), 'inserted')
    assert.deepEqual(await again().get('apr_1'), approval('apr_1'))
    assert.equal(await store.get('apr_2'), null)
  })
})

test('one binding has one live approval; an expired one makes room', async () => {
  await withStore(async (store) => {
    assert.equal(await store.insert(approval('apr_1', { binding: 'same' }), limits), 'inserted')
    assert.equal(await store.insert(approval('apr_2', { binding: 'same' }), limits), 'exists')
    const later = approval('apr_3', { binding: 'same', createdAtMs: 2_000, expiresAtMs: 3_000 })
    assert.equal(await store.insert(later, limits), 'inserted')
    assert.equal((await store.findLive('same', 2_500))?.id, 'apr_3')
    assert.equal(await store.findLive('same', 3_000), null)
  })
})

test('pending approvals are bounded, for one principal and in all', async () => {
  await withStore(async (store) => {
    const of = (id: string, who: string): Approval =>
      approval(id, { principal: { ...approval('x').principal, id: who } })
    assert.equal(await store.insert(of('apr_1', 'a'), limits), 'inserted')
    assert.equal(await store.insert(of('apr_2', 'a'), limits), 'inserted')
    assert.equal(await store.insert(of('apr_3', 'a'), limits), 'full')
    assert.equal(await store.insert(of('apr_4', 'b'), limits), 'inserted')
    assert.equal(await store.insert(of('apr_5', 'c'), limits), 'full')
  })
})

test('of two processes that read the same revision only one changes it', async () => {
  await withStore(async (store, again) => {
    await store.insert(approval('apr_1', { status: 'approved' }), limits)
    const other = again()
    const won = await Promise.all([
      store.compareAndSet('apr_1', 1, { status: 'used' }),
      other.compareAndSet('apr_1', 1, { status: 'used' }),
    ])
    assert.deepEqual(won.sort(), [false, true])
    assert.equal((await store.get('apr_1'))?.status, 'used')
    assert.equal((await store.get('apr_1'))?.revision, 2)
  })
})
