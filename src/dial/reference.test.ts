import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import { isReference, References } from './reference.ts'
import { connectionsSettings } from './settings.ts'

const dir = mkdtempSync(join(tmpdir(), 'sallyport-reference-'))
writeFileSync(join(dir, 'password'), 'from the file\n')
writeFileSync(join(dir, 'empty'), '\n')
test.after(() => rmSync(dir, { recursive: true }))

const references = new References(dir, { TOKEN: 'from the environment', NONE: '' }, null)

test('a reference is read where it points to', () => {
  assert.equal(references.read('env:TOKEN').reveal(), 'from the environment')
  assert.equal(references.read('file:password').reveal(), 'from the file')
})

for (const missing of ['env:NONE', 'env:OTHER', 'file:other', 'file:empty', 'store:name']) {
  test(`${missing} is a fault that names the reference`, () => {
    assert.throws(
      () => references.read(missing),
      (error) =>
        error instanceof Fault && error.code === 'credential.unavailable' && error.facts['reference'] === missing,
    )
  })
}

test('a value is not a reference', () => {
  assert.equal(isReference('hunter2'), false)
  assert.equal(isReference('env:'), false)
  assert.equal(isReference('postgres:secret'), false)
})

test('a credential written into the configuration is refused without repeating it', () => {
  const checked = connectionsSettings.safeParse([
    { name: 'orders', protocol: 'p', target: 'p://h', credential: { user: 'app', password: 'hunter2-in-clear' } },
  ])
  assert.equal(checked.success, false)
  assert.match(String(checked.error), /given as a reference/)
  assert.doesNotMatch(String(checked.error), /hunter2/)
})
