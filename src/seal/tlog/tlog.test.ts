import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import vectors from '../../../corpus/seal/tlog-vectors.json' with { type: 'json' }
import { readCheckpoint, signCheckpoint, toCheckpointText, verifyCheckpoint } from './checkpoint.ts'
import { CompactRange, parseCompactRange } from './compact-range.ts'
import { emptyRoot, hashLeaf } from './hash.ts'
import { parseVkey, toNoteKey, type NoteKey } from './note-key.ts'
import { signNote, toCosignatureLine, verifyNote } from './note.ts'
import { isConsistent, isIncluded, toConsistencyProof, toInclusionProof } from './proof.ts'
import { levelsOf, parseBundle, parseHashTile, parseTilePath, tilesOf, toBundle, toTilePath } from './tile.ts'
import { MissingTile, toNodeReader } from './tiles.ts'
import { isQuorum, parseTlogPolicy } from './tlog-policy.ts'
import { parseTlogProof } from './tlog-proof.ts'

const privateKeyOf = (seedHex: string) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seedHex, 'hex')]),
    format: 'der',
    type: 'pkcs8',
  })

test('every proof of a small tree holds, and holds for nothing else', () => {
  const leaves = Array.from({ length: 40 }, (_, i) => hashLeaf(Buffer.of(i)))
  const roots = [new CompactRange().root()]
  const range = new CompactRange()
  for (const leaf of leaves) {
    range.append(leaf)
    roots.push(range.root())
  }
  const read = toNodeReader((level) => (level === 0 ? leaves : []))
  const size = fc.integer({ min: 1, max: 40 })
  fc.assert(
    fc.property(size, fc.nat(39), fc.nat(39), (of, index, other) => {
      fc.pre(index < of)
      const proof = toInclusionProof(index, of, read) ?? assert.fail()
      const claim = { index, size: of, root: roots[of] ?? emptyRoot, leafHash: leaves[index] ?? emptyRoot, proof }
      assert.ok(isIncluded(claim))
      assert.equal(isIncluded({ ...claim, index: other }), other === index)
      assert.ok(!isIncluded({ ...claim, proof: [...proof, emptyRoot] }))
      assert.ok(!isIncluded({ ...claim, proof: proof.slice(1) }) || proof.length === 0)
    }),
  )
  fc.assert(
    fc.property(size, size, (a, b) => {
      const [size1, size2] = [Math.min(a, b), Math.max(a, b)]
      const proof = toConsistencyProof(size1, size2, read) ?? assert.fail()
      const claim = { size1, size2, root1: roots[size1] ?? emptyRoot, root2: roots[size2] ?? emptyRoot, proof }
      assert.ok(isConsistent(claim))
      assert.equal(isConsistent({ ...claim, root1: roots[size1 - 1] ?? emptyRoot }), false)
      assert.ok(!isConsistent({ ...claim, proof: [...proof, emptyRoot] }))
    }),
  )
  assert.equal(toInclusionProof(3, 3, read), null)
  assert.equal(toConsistencyProof(4, 3, read), null)
  assert.ok(!isIncluded({ index: 0.5, size: 1, leafHash: emptyRoot, root: emptyRoot, proof: [] }))
})

test('a compact range comes back from its bytes, and from nothing else', () => {
  const range = new CompactRange()
  for (let i = 0; i < 11; i++) range.append(hashLeaf(Buffer.of(i)))
  const copy = parseCompactRange(11, range.toBytes()) ?? assert.fail()
  copy.append(hashLeaf(Buffer.of(11)))
  range.append(hashLeaf(Buffer.of(11)))
  assert.deepEqual(copy.root(), range.root())
  assert.equal(parseCompactRange(11, range.toBytes()), null)
  assert.equal(parseCompactRange(-1, new Uint8Array(0)), null)
  assert.equal(parseCompactRange(1, new Uint8Array(31)), null)
})

test('a bundle holds exactly its entries', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (entries) => {
      const bundle = toBundle(entries)
      assert.deepEqual(
        parseBundle(bundle, entries.length)?.map((entry) => Buffer.from(entry)),
        entries.map((entry) => Buffer.from(entry)),
      )
      assert.equal(parseBundle(bundle, entries.length + 1), null)
      if (bundle.length > 0) assert.equal(parseBundle(bundle.subarray(0, -1), entries.length), null)
    }),
  )
  assert.equal(parseBundle(Buffer.of(0), 1), null)
  assert.equal(parseHashTile(new Uint8Array(63), 2), null)
})

test('one path a tile', () => {
  fc.assert(
    fc.property(fc.nat(63), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
      assert.deepEqual(parseTilePath(toTilePath({ level, index, width })), { level, index, width })
    }),
  )
  for (const path of [
    'tile/0/x000/001',
    'tile/00/001',
    'tile/64/000',
    'tile/0/1',
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/../000',
    'tile/data/000',
    '/tile/0/000',
    'tile/0/000\n',
  ])
    assert.equal(parseTilePath(path), null, path)
  assert.deepEqual(levelsOf(70_000), [
    { level: 0, full: 273, partial: 112 },
    { level: 1, full: 1, partial: 17 },
    { level: 2, full: 0, partial: 1 },
  ])
  assert.deepEqual([...tilesOf(257)].map(toTilePath), [
    'tile/0/000',
    'tile/0/001.p/1',
    'tile/1/000.p/1',
    'tile/entries/000',
    'tile/entries/001.p/1',
  ])
})

test('a tile that is too narrow is missed, not guessed', () => {
  const read = toNodeReader(() => [emptyRoot])
  assert.throws(() => read(1, 0), new MissingTile('tile 0/0 is too narrow'))
})

test('checkpoints are signed to the byte', () => {
  const vector = vectors.generated_by_xmod.checkpoint_vector
  const log = parseVkey(vector.log_vkey) ?? assert.fail()
  const said = readCheckpoint(vector.log_signed_note) ?? assert.fail()
  assert.equal(signCheckpoint(said, log, privateKeyOf(vector.log_seed_hex)), vector.log_signed_note)
  const witness = parseVkey(vector.witness_vkey) ?? assert.fail()
  const line = toCosignatureLine(
    toCheckpointText(said),
    witness,
    privateKeyOf(vector.witness_seed_hex),
    vector.cosignature_timestamp,
  )
  assert.equal(vector.log_signed_note + line, vector.cosigned_note)
  const verified = verifyCheckpoint(vector.cosigned_note, log, [witness])
  if (typeof verified === 'string') assert.fail(verified)
  assert.deepEqual(
    verified.note.verified.map(({ timeS }) => timeS),
    [null, vector.cosignature_timestamp],
  )
})

test('a checkpoint is what the pinned log said about itself, or nothing', () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const key = (name: string): NoteKey => toNoteKey(name, privateKey) ?? assert.fail()
  const log = key('log.example/a')
  const good = signCheckpoint({ origin: 'log.example/a', size: 3, root: emptyRoot }, log, privateKey)
  const body = (text: string): string => signNote(text, log, privateKey)
  assert.notEqual(typeof verifyCheckpoint(good, log), 'string')
  assert.equal(verifyCheckpoint(good.replace('\n3\n', '\n4\n'), log), 'bad-signature')
  assert.equal(verifyCheckpoint(good, key('log.example/b')), 'no-known-signature')
  assert.equal(verifyCheckpoint(good.replaceAll('\n', '\r\n'), log), 'malformed')
  const root = good.split('\n')[2] ?? ''
  for (const text of [
    `log.example/a\n03\n${root}\n`,
    `log.example/a\n-3\n${root}\n`,
    `log.example/a\n3\n${root}\nextension\n`,
    `log.example/a\n3\n${root.slice(4)}\n`,
    `log.example/a\n99999999999999999999\n${root}\n`,
  ])
    assert.equal(verifyCheckpoint(body(text), log), 'malformed', text)
  assert.equal(verifyCheckpoint(body(`log.example/other\n3\n${root}\n`), log), 'not-signed-by-log')
  assert.equal(verifyNote(good, []), 'no-known-signature')
})

test('a tlog-proof that is not one', () => {
  const text = vectors.generated_by_xmod.tlog_proof_vector.proof_text
  assert.equal(parseTlogProof(text.replace('@v1', '@v2')), null)
  assert.equal(parseTlogProof(text.replace('index 33333', 'index 033333')), null)
  assert.equal(parseTlogProof(text.replace('index 33333\n', 'extra !\nindex 33333\n')), null)
  assert.deepEqual(
    parseTlogProof(text.replace('index 33333\n', 'extra AAAA\nindex 33333\n'))?.unauthenticatedExtra,
    Buffer.alloc(3),
  )
})

test('a policy says whose word counts', () => {
  const log = vectors.generated_by_xmod.checkpoint_vector.log_vkey
  const [a, b, c] = vectors.cosignatures_v1.cases.map((row) => row.witness_vkey)
  const text = `# trust\nlog ${log} https://log.example/\nwitness a ${a}\nwitness b ${b} https://b.example/\nwitness c ${c}\ngroup bc all b c\ngroup most any a bc\nquorum most\n`
  const policy = parseTlogPolicy(text)
  if ('problem' in policy) assert.fail(policy.problem)
  assert.ok(isQuorum(policy, new Set([a ?? ''])))
  assert.ok(!isQuorum(policy, new Set([b ?? ''])))
  assert.ok(isQuorum(policy, new Set([b ?? '', c ?? ''])))
  const problems: readonly [string, string][] = [
    [`log ${log}\nlog ${log}\nquorum none\n`, 'line 2: this log is named already'],
    [`log ${a}\nquorum none\n`, 'line 1: not `log VKEY [URL]`'],
    [`log ${log}\n`, 'no quorum is named; `quorum none` asks for no witness'],
    ['quorum none\n', 'no log is named'],
    [`log ${log}\nwitness a ${a}\nwitness b ${a}\n`, 'line 3: this witness is named already'],
    [`log ${log}\ngroup g 1 nobody\n`, 'line 2: "nobody" is not named above'],
    [
      `log ${log}\nwitness a ${a}\ngroup g 2 a\n`,
      'line 3: a threshold that no witnesses can reach or that asks for none',
    ],
    [`log ${log}\nwitness a ${a}\ngroup g 2 a a\n`, 'line 3: a member is named twice'],
    [`log ${log}\nquorum nobody\n`, 'line 2: "nobody" is not named above'],
    [`trust everyone\n`, 'line 1: an unknown keyword'],
  ]
  for (const [bad, problem] of problems) assert.deepEqual(parseTlogPolicy(bad), { problem }, bad)
})

test('groups that hold each other twice over are looked at once', () => {
  const log = vectors.generated_by_xmod.checkpoint_vector.log_vkey
  const [a, b] = vectors.cosignatures_v1.cases.map((row) => row.witness_vkey)
  const levels = Array.from({ length: 60 }, (_, i) => {
    const members = i === 0 ? 'a b' : `l${i - 1} r${i - 1}`
    return `group l${i} all ${members}\ngroup r${i} all ${members}\n`
  })
  const policy = parseTlogPolicy(`log ${log}\nwitness a ${a}\nwitness b ${b}\n${levels.join('')}quorum l59\n`)
  if ('problem' in policy) assert.fail(policy.problem)
  assert.ok(isQuorum(policy, new Set([a ?? '', b ?? ''])))
  assert.ok(!isQuorum(policy, new Set([a ?? ''])))
})

test('what a policy says wrongly is told quoted and cut', () => {
  const log = vectors.generated_by_xmod.checkpoint_vector.log_vkey
  const policy = parseTlogPolicy(`log ${log}\nquorum \u001b[2J\u009b2J${'x'.repeat(1000)}\n`)
  assert.deepEqual(policy, { problem: `line 2: "\ufffd[2J\ufffd2J${'x'.repeat(53)}" is not named above` })
})
