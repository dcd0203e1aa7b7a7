import assert from 'node:assert/strict'
import test from 'node:test'
import { afterRun, asCommitted, toFingerprints, unchanged, type Memory } from './passed.ts'

const tree = {
  'src/a/one.test.ts': `import { x } from './one.ts'`,
  'src/a/one.ts': `export { x } from '../b/two.ts'`,
  'src/b/two.ts': `const worker = new URL("./three.ts", import.meta.url)`,
  'src/b/three.ts': 'export const x = 1',
  'src/b/other.ts': 'export const y = 1',
  'src/b/other.test.ts': `import { y } from './other.ts'`,
  'src/b/listing.test.ts': `readdirSync('src')`,
  'tools/laws.test.ts': '',
}
const files = Object.keys(tree).filter((path) => path.endsWith('.test.ts'))
const [first = '', other = ''] = files

function fingerprints(changes: Readonly<Record<string, string>> = {}, surroundings = 'lock') {
  const now = new Map(Object.entries({ ...tree, ...changes }))
  return toFingerprints(files, surroundings, (path) => (now.has(path) ? Buffer.from(now.get(path) ?? '') : null))
}

const outcome = { passed: { [first]: 3, [other]: 2, 'src/b/listing.test.ts': 1 }, failed: [] as string[] }
const remembered = (failed: readonly string[] = [], known: Memory = {}): Memory =>
  afterRun(known, fingerprints(), fingerprints(), { ...outcome, failed })
const spared = (known: Memory, now = fingerprints()): string[] => [...unchanged(known, now).keys()].sort()

test('what passed and has not changed is not run again; what lists folders or is a tool always is', () => {
  assert.deepEqual(spared({}), [])
  assert.deepEqual(spared(remembered()), [first, other])
  assert.deepEqual([...unchanged(remembered(), fingerprints()).values()], [3, 2])
})

test('a change of the file itself, or of a module three imports away, runs it again, and no other', () => {
  for (const path of [first, 'src/a/one.ts', 'src/b/two.ts', 'src/b/three.ts'])
    assert.deepEqual(spared(remembered(), fingerprints({ [path]: 'export const x = 2' })), [other], path)
  assert.deepEqual(spared(remembered(), fingerprints({ 'src/b/new.ts': '' })), [first, other])
})

test('a module that was not there when it was imported is a change when it comes', () => {
  const before = fingerprints({ 'src/b/three.ts': `import './late.ts'` })
  const known = afterRun({}, before, before, outcome)
  assert.deepEqual(spared(known, before), [first, other])
  const late = { 'src/b/three.ts': `import './late.ts'`, 'src/b/late.ts': '' }
  assert.deepEqual(spared(known, fingerprints(late)), [other])
})

test('other libraries, another runtime, other data, other setup: everything is run again', () => {
  assert.deepEqual(spared(remembered(), fingerprints({}, 'another lock')), [])
  assert.deepEqual(spared(remembered(), fingerprints({ 'tools/unit-share.ts': '' })), [])
})

test('a failed test is never remembered as passed, and what it passed before is forgotten', () => {
  assert.deepEqual(spared(remembered([first])), [other])
  assert.deepEqual(spared(remembered([first], remembered())), [other])
})

test('a failure that cannot be told whose it is: nothing new is remembered', () => {
  assert.deepEqual(spared(remembered(['src/conformance.ts'])), [])
  assert.deepEqual(spared(remembered(['src/conformance.ts'], remembered())), [first, other])
})

test('what was changed while it ran is not what passed; a file without a test of its own is run again', () => {
  const changed = fingerprints({ 'src/b/three.ts': 'export const x = 2' })
  const known = afterRun({}, fingerprints(), changed, outcome)
  assert.deepEqual([spared(known), spared(known, changed)], [[other], [other]])
  assert.deepEqual(afterRun({}, fingerprints(), fingerprints(), { passed: {}, failed: [] }), {})
})

test('as committed is what sees nothing that was changed, came or went; other files are seen by all', () => {
  const left = (...changed: string[]): string[] =>
    [...asCommitted(files, changed, (path) => Buffer.from(tree[path as keyof typeof tree] ?? ''))].sort()
  assert.deepEqual(left(), [first, other])
  for (const path of [first, 'src/a/one.ts', 'src/b/two.ts', 'src/b/three.ts'])
    assert.deepEqual(left(path), [other], path)
  assert.deepEqual(left('src/b/other.ts', 'src/a/one.ts'), [])
  assert.deepEqual(left('src/b/new.ts'), [first, other])
  assert.deepEqual(left('tools/unit-share.ts'), [])
  assert.deepEqual(left('corpus/mask/cards.json'), [])
})

test('who goes through a corpus lists a folder of it, and sees no code that it does not import', () => {
  const [corpus, code] = ['src/a/all.corpus.test.ts', 'src/a/all.test.ts']
  const seen = toFingerprints([corpus, code], '', () => Buffer.from(`readdirSync(folder)`))
  assert.deepEqual([...seen.keys()], [corpus])
})
