// Vectors of other implementations, each with the outcome it must have. What makes one fail is in its `desc`.

import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, hash } from 'node:crypto'
import { test } from 'node:test'
import vectors from '../../../corpus/seal/tlog-vectors.json' with { type: 'json' }
import { size as sizeOf } from '../../../test/harness/depth.ts'
import { verifyCheckpoint } from './checkpoint.ts'
import { CompactRange } from './compact-range.ts'
import { emptyRoot, hashLeaf, hashNode, toBase64, toHex } from './hash.ts'
import { parseVkey, toNoteKey } from './note-key.ts'
import { verifyNote } from './note.ts'
import { isConsistent, isIncluded, toConsistencyProof, toInclusionProof, type NodeReader } from './proof.ts'
import { parseTilePath, toBundle, toHashTile, toTilePath } from './tile.ts'
import { toNodeReader } from './tiles.ts'
import { parseTlogProof, toTlogProof, verifyTlogProof } from './tlog-proof.ts'

/** Some rows hold what is no hash at all, on purpose. */
const hashOf = (text: string): Uint8Array => Buffer.from(text, 'base64')
const hashesOf = (texts: readonly string[] | null): Uint8Array[] => (texts ?? []).map(hashOf)
const utf8 = (text: string): Uint8Array => Buffer.from(text)

/** Leaf hashes of `leaf 0`, `leaf 1`, … and a reader that needs no tiles. */
function treeOf(size: number, leaf: (i: number) => Uint8Array): NodeReader {
  const rows: Uint8Array[][] = [Array.from({ length: size }, (_, i) => hashLeaf(leaf(i)))]
  for (let row = rows[0] ?? []; row.length > 1;) {
    const above: Uint8Array[] = []
    for (let i = 0; i + 1 < row.length; i += 2) above.push(hashNode(row[i] ?? emptyRoot, row[i + 1] ?? emptyRoot))
    rows.push(above)
    row = above
  }
  return (level, index) => rows[level]?.[index] ?? assert.fail(`no node ${level}/${index}`)
}

/** Of the tree that the other implementation computed, its first leaves at least: what is within them can be compared. */
const leaves = sizeOf(70_000, 1_000)
const tree = treeOf(leaves, (i) => utf8(`leaf ${i}`))

test('RFC 6962 hashes', () => {
  assert.equal(toHex(emptyRoot), vectors.rfc6962_hash.cases[0]?.want_hex)
  assert.equal(toHex(hashLeaf(new Uint8Array(0))), vectors.rfc6962_hash.cases[1]?.want_hex)
  assert.equal(toHex(hashLeaf(utf8('L123456'))), vectors.rfc6962_hash.cases[2]?.want_hex)
})

test('roots of the RFC tree by size', () => {
  const range = new CompactRange()
  const { leaf_inputs_hex: inputs, root_hashes_hex_by_size: roots } = vectors.rfc6962_tree_8
  assert.equal(toHex(range.root()), roots[0])
  for (const [i, leaf] of inputs.entries()) {
    range.append(hashLeaf(Buffer.from(leaf, 'hex')))
    assert.equal(toHex(range.root()), roots[i + 1])
  }
})

test('inclusion probes: good ones pass, each way to be wrong fails', () => {
  for (const probe of vectors.merkle_inclusion_probes.cases) {
    const claim = {
      index: probe.leafIdx,
      size: probe.treeSize,
      leafHash: hashOf(probe.leafHash),
      root: hashOf(probe.root),
      proof: hashesOf(probe.proof),
    }
    assert.equal(isIncluded(claim), !probe.wantErr, `${probe.file}: ${probe.desc}`)
  }
})

test('consistency probes: good ones pass, each way to be wrong fails', () => {
  for (const probe of vectors.merkle_consistency_probes.cases) {
    const claim = {
      size1: probe.size1,
      size2: probe.size2,
      root1: hashOf(probe.root1),
      root2: hashOf(probe.root2),
      proof: hashesOf(probe.proof),
    }
    assert.equal(isConsistent(claim), !probe.wantErr, `${probe.file}: ${probe.desc}`)
  }
})

test('roots and proofs that another implementation computed', () => {
  const { roots, inclusion, consistency } = vectors.generated_by_xmod
  const range = new CompactRange()
  const wanted = new Map(roots.map(({ size, root }) => [size, root]))
  for (let i = 0; i < leaves; i++) {
    range.append(tree(0, i))
    const root = wanted.get(i + 1)
    if (root !== undefined) assert.equal(toBase64(range.root()), root, `size ${i + 1}`)
  }
  for (const { leaf_index: index, tree_size: size, proof, root, leaf_hash: leafHash } of inclusion) {
    if (size > leaves) continue
    assert.deepEqual(toInclusionProof(index, size, tree)?.map(toBase64), proof)
    assert.ok(
      isIncluded({ index, size, proof: hashesOf(proof), root: hashOf(root), leafHash: hashOf(leafHash) }),
      `${index} in ${size}`,
    )
  }
  for (const { size1, size2, proof, root1, root2 } of consistency) {
    if (size2 > leaves) continue
    assert.deepEqual(toConsistencyProof(size1, size2, tree)?.map(toBase64), proof)
    const claim = { size1, size2, proof: hashesOf(proof), root1: hashOf(root1), root2: hashOf(root2) }
    assert.ok(isConsistent(claim), `${size1} to ${size2}`)
  }
})

test('tiles of a tree of 70,000', () => {
  const tileAt = (level: number, index: number, width: number): Uint8Array[] =>
    Array.from({ length: width }, (_, i) => tree(level * 8, index * 256 + i))
  for (const tile of vectors.generated_by_xmod.tiles_for_size_70000) {
    const parsed = parseTilePath(tile.c2sp_path) ?? assert.fail(tile.c2sp_path)
    assert.equal(parsed.width, tile.width)
    if ((parsed.index * 256 + parsed.width) * 256 ** Number(parsed.level) > leaves) continue
    const bytes = toHashTile(tileAt(Number(parsed.level), parsed.index, parsed.width))
    assert.equal(hash('sha256', bytes), tile.sha256, tile.c2sp_path)
  }
  const read = toNodeReader((level, index) => tileAt(level, index, Math.min(256, widthAt(level, index))))
  const widthAt = (level: number, index: number): number => Math.floor(leaves / 256 ** level) - index * 256
  const middle = sizeOf(33_333, 333)
  assert.deepEqual(toInclusionProof(middle, leaves, read), toInclusionProof(middle, leaves, tree))
})

test('tile paths', () => {
  for (const row of vectors.tile_paths.c2sp) {
    const level = row.level ?? 'entries'
    assert.equal(toTilePath({ level, index: row.index, width: row.width ?? 256 }), row.path)
    assert.deepEqual(parseTilePath(row.path), { level, index: row.index, width: row.width ?? 256 })
  }
})

test('a log written by another implementation', () => {
  const log = vectors.tessera_posix_log
  const key = parseVkey(log.vkey) ?? assert.fail('vkey')
  const entries = log.leaves_utf8.map(utf8)
  for (const [size, note] of Object.entries(log.checkpoints)) {
    const checkpoint = verifyCheckpoint(note, key)
    if (typeof checkpoint === 'string') assert.fail(checkpoint)
    const range = new CompactRange()
    for (const entry of entries.slice(0, Number(size))) range.append(hashLeaf(entry))
    assert.equal(checkpoint.size, Number(size))
    assert.equal(toBase64(checkpoint.root), toBase64(range.root()))
  }
  assert.equal(toBase64(toHashTile(entries.map(hashLeaf))), log.tile_0_000_p_b64['15'])
  assert.equal(toBase64(toBundle(entries)), log.tile_entries_000_p_b64['15'])
})

test('signed notes: each with its outcome', () => {
  const outcomes: Readonly<Record<string, string>> = {
    'note has no verifiable signatures': 'no-known-signature',
    'malformed note': 'malformed',
    'ambiguous key EnochRoot+af0cfe78': 'ambiguous-key',
    'invalid signature for key PeterNeumann+c74f20a3': 'bad-signature',
  }
  for (const row of vectors.signed_notes.cases) {
    const keys = row.vkeys.map((vkey) => parseVkey(vkey) ?? assert.fail(vkey))
    const result = verifyNote(row.note, keys)
    if (typeof result === 'string') assert.equal(result, outcomes[row.error ?? ''], row.desc)
    else
      assert.deepEqual(
        result.verified.map(({ key }) => `${key.name}+${key.id}`),
        row.verified,
        row.desc,
      )
  }
  for (const vkey of vectors.signed_notes.bad_vkeys) assert.equal(parseVkey(vkey), null)
  const { vkey: enoch } = vectors.signed_notes.enoch
  assert.equal(parseVkey(enoch.replace('af0cfe78', 'af0cfe79')), null)
  assert.equal(parseVkey(enoch.replace('EnochRoot', 'Enoch Root')), null)
  const example = vectors.signed_note_c2sp_example
  assert.notEqual(typeof verifyNote(example.note, [parseVkey(example.vkey) ?? assert.fail()]), 'string')
})

test('key ids', () => {
  const [row] = vectors.note_key_ids.cases
  const der = Buffer.from(row?.pkcs8_b64 ?? '', 'base64')
  const key = toNoteKey(row?.name ?? '', createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
  assert.equal(key?.id, row?.key_id.toString(16))
  assert.equal(toHex(key?.logId ?? emptyRoot), row?.log_id_hex)
  assert.equal(
    toNoteKey('two words', createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))),
    null,
  )
})

test('cosignatures of other witnesses', () => {
  for (const row of vectors.cosignatures_v1.cases) {
    const key = parseVkey(row.witness_vkey) ?? assert.fail(row.desc)
    const result = verifyNote(row.note, [key])
    if (typeof result === 'string') assert.fail(`${row.desc}: ${result}`)
    assert.ok((result.verified[0]?.timeS ?? 0) > 1_700_000_000, row.desc)
    assert.equal(verifyNote(row.note.replace('\n300\n', '\n301\n'), [key]), 'bad-signature')
  }
})

test('a tlog-proof file', () => {
  const { proof_text: text, leaf_data_utf8: leaf } = vectors.generated_by_xmod.tlog_proof_vector
  const log = parseVkey(vectors.generated_by_xmod.checkpoint_vector.log_vkey) ?? assert.fail()
  const proof = parseTlogProof(text) ?? assert.fail()
  assert.equal(toTlogProof(proof), text)
  assert.notEqual(typeof verifyTlogProof(proof, hashLeaf(utf8(leaf)), log), 'string')
  assert.equal(verifyTlogProof(proof, hashLeaf(utf8('leaf 33334')), log), 'not-included')
  assert.equal(verifyTlogProof({ ...proof, index: 33_332 }, hashLeaf(utf8(leaf)), log), 'not-included')
})
