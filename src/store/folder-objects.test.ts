import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openFolderObjects, removeDrafts } from './folder-objects.ts'

const dir = mkdtempSync(join(tmpdir(), 'objects-'))
after(() => {
  rmSync(dir, { recursive: true, force: true })
})

const bytes = (text: string): Uint8Array => Buffer.from(text)

test('an object is written once; the same again is fine, another is a fault', async () => {
  const objects = await openFolderObjects(join(dir, 'a/'))
  await objects.put('tile/0/x001/000.p/3', bytes('one'))
  await objects.put('tile/0/x001/000.p/3', bytes('one'))
  await assert.rejects(objects.put('tile/0/x001/000.p/3', bytes('two')), {
    code: 'record.corrupt',
    message: 'record.corrupt: The record is damaged.',
  })
  assert.deepEqual(await objects.get('tile/0/x001/000.p/3'), Buffer.from('one'))
  assert.equal(await objects.get('tile/0/x001/000'), null)
  assert.equal(await objects.get('tile/0/x001/000.p/3/under-a-file'), null)
})

test('the checkpoint is replaced whole', async () => {
  const objects = await openFolderObjects(join(dir, 'b'))
  await objects.replace('checkpoint', bytes('old'))
  await objects.replace('checkpoint', bytes('new'))
  assert.deepEqual(await objects.get('checkpoint'), Buffer.from('new'))
  assert.deepEqual(readdirSync(join(dir, 'b')), ['checkpoint'])
})

test('what is listed is what was written whole', async () => {
  const folder = join(dir, 'c')
  const objects = await openFolderObjects(folder)
  await Promise.all(
    ['tile/0/000', 'tile/0/000.p/1', 'tile/0/000.p/12', 'seal/x'].map((key) => objects.put(key, bytes(key))),
  )
  writeFileSync(join(folder, 'tile', '.tmp-left-by-a-crash'), 'half')
  assert.deepEqual(await objects.list('tile/0/000.p/'), ['tile/0/000.p/1', 'tile/0/000.p/12'])
  assert.deepEqual(await objects.list('tile/0/0'), ['tile/0/000', 'tile/0/000.p/1', 'tile/0/000.p/12'])
  assert.deepEqual(await objects.list(''), ['seal/x', 'tile/0/000', 'tile/0/000.p/1', 'tile/0/000.p/12'])
  assert.deepEqual(await objects.list('nothing/here'), [])
  await objects.remove('tile/0/000.p/1')
  await objects.remove('tile/0/000.p/1')
  assert.deepEqual(await objects.list('tile/0/000.p/'), ['tile/0/000.p/12'])
  await openFolderObjects(folder)
  assert.deepEqual(readdirSync(join(folder, 'tile')), ['.tmp-left-by-a-crash', '0'], 'it may be another one’s')
  await removeDrafts(folder)
  assert.deepEqual(readdirSync(join(folder, 'tile')), ['0'])
})

test('no key leads out of the folder', async () => {
  const objects = await openFolderObjects(join(dir, 'd'))
  for (const key of [
    '../x',
    'a/../../x',
    '/etc/passwd',
    'a//b',
    '.',
    'a/..',
    '',
    'a b',
    'a\0',
    'a\\b',
    '.tmp-x',
    'x'.repeat(501),
  ]) {
    await assert.rejects(objects.put(key, bytes('x')), { code: 'record.corrupt' }, key)
    await assert.rejects(objects.get(key), { code: 'record.corrupt' }, key)
  }
})

test('a folder that cannot be written is told as such', async () => {
  writeFileSync(join(dir, 'file'), '')
  await assert.rejects(openFolderObjects(join(dir, 'file/e')), {
    code: 'record.unavailable',
    message: 'record.unavailable: The gateway cannot record, so nothing passes.',
  })
})
