import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isCertain, NameTable, toNameKey, type NameEntry } from './names.ts'

test('a name is certain in the batch that made it, and everywhere once the server confirmed it', () => {
  const names = new NameTable<string>()
  const entry = names.change('s1', 'SELECT 1', 1)
  assert.ok(isCertain(entry, 1))
  assert.ok(!isCertain(entry, 2))
  names.confirm(entry)
  assert.ok(isCertain(entry, 2))
})

test('a skipped change gives the old meaning back, also when a later batch changed the name again', () => {
  const names = new NameTable<string>()
  names.confirm(names.change('', 'DELETE FROM t', 1))
  const skipped = names.change('', 'SELECT 1', 2)
  const later = names.change('', 'SELECT 2', 3)
  names.undo(skipped)
  assert.equal(names.get('')?.value, 'SELECT 2')
  names.undo(later)
  assert.equal(names.get('')?.value, 'DELETE FROM t')
})

test('a Close that the server skipped leaves the statement', () => {
  const names = new NameTable<string>()
  names.confirm(names.change('s1', 'SELECT 1', 1))
  const closed = names.change('s1', null, 2)
  assert.equal(names.get('s1')?.value, null)
  names.undo(closed)
  assert.equal(names.get('s1')?.value, 'SELECT 1')
  names.confirm(names.change('s1', null, 3))
  assert.equal(names.size, 0)
})

test('portals that end with their transaction do not take those of the next batch with them', () => {
  const names = new NameTable<string>()
  names.confirm(names.change('done', 'a', 1))
  names.change('', 'b', 2)
  names.forgetConfirmed()
  assert.equal(names.get('done'), undefined)
  assert.equal(names.get('')?.value, 'b')
})

test('the server cuts names after 63 bytes, so do we', () => {
  const long = Buffer.from(`${'x'.repeat(63)}a`)
  const other = Buffer.from(`${'x'.repeat(63)}b`)
  assert.equal(toNameKey(long), toNameKey(other))
  assert.notEqual(toNameKey(long.subarray(0, 62)), toNameKey(long))
})

test('property: after all answers, a name stands for what the server has', () => {
  const step = fc.record({ name: fc.constantFrom('a', 'b'), value: fc.option(fc.nat(9)), fails: fc.boolean() })
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 5 }), { maxLength: 6 }), (batches) => {
      const names = new NameTable<number>()
      const server = new Map<string, number>()
      const sent: { entries: NameEntry<number>[]; fails: boolean[] }[] = batches.map((batch, index) => ({
        entries: batch.map(({ name, value }) => names.change(name, value, index, 1)),
        fails: batch.map(({ fails }) => fails),
      }))
      for (const { entries, fails } of sent) {
        const failed = fails.indexOf(true)
        const done = failed === -1 ? entries : entries.slice(0, failed)
        for (const entry of done) {
          names.confirm(entry)
          if (entry.value === null) server.delete(entry.name)
          else server.set(entry.name, entry.value)
        }
        for (const entry of entries.slice(done.length).toReversed()) names.undo(entry)
      }
      for (const name of ['a', 'b']) assert.equal(names.get(name)?.value ?? undefined, server.get(name))
      assert.ok(names.weight <= 2, 'what was replaced or undone weighs nothing')
      names.forgetConfirmed()
      assert.equal(names.weight, 0)
    }),
  )
})
