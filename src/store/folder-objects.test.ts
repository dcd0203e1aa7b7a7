import assert from 'node:assert/strict'
import fs, { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
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

/** What happens to folders only: files are synced as they are. */
function onFolderSync(t: TestContext, happens: (folder: string) => void): void {
  const sync = fs.fsyncSync
  const mocked = t.mock.method(fs, 'fsyncSync', (file: number) => {
    if (fs.fstatSync(file).isDirectory()) happens(fs.readlinkSync(`/proc/self/fd/${file}`))
    sync(file)
  })
  syncBuiltinESMExports()
  t.after(() => {
    mocked.mock.restore()
    syncBuiltinESMExports()
  })
}

const skip = process.platform === 'linux' ? false : 'only Linux tells which folder a descriptor is'

test('what a failed sync left is put on disk when it is written again', { skip }, async (t) => {
  const folder = join(dir, 'e')
  const objects = await openFolderObjects(folder)
  let [isBroken, synced]: [boolean, string[]] = [true, []]
  onFolderSync(t, (one) => {
    if (isBroken) throw Object.assign(new Error('the disk'), { code: 'EIO' })
    synced.push(one.slice(dir.length))
  })
  await assert.rejects(objects.put('tile/0/000', bytes('one')), { code: 'record.unavailable' })
  isBroken = false
  await objects.put('tile/0/000', bytes('one'))
  assert.deepEqual(synced, ['/e/tile', '/e', '/e/tile/0'], 'every name on its way')
  synced = []
  await objects.put('tile/0/000', bytes('one'))
  assert.deepEqual(synced, ['/e/tile/0'], 'a name that was there may not be on disk yet')
})
