// A session's seal read by @sigstore/verify, unmodified: the statement, its entry in our log, its proof and our checkpoint.

import assert from 'node:assert/strict'
import { createPublicKey, type KeyObject } from 'node:crypto'
import { before, test } from 'node:test'
import { bundleFromJSON, type SerializedBundle } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { Script } from '../../src/seal/testing/journal.ts'
import { origin, TestLog } from '../../src/seal/testing/log.ts'
import { hashLeaf, toBase64 } from '../../src/seal/tlog/hash.ts'
import { toNoteKey } from '../../src/seal/tlog/note-key.ts'
import { toInclusionProof } from '../../src/seal/tlog/proof.ts'
import { toNodeReader } from '../../src/seal/tlog/tiles.ts'

let log: TestLog
let bundle: SerializedBundle

const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' })

before(async () => {
  log = new TestLog()
  for (let i = 0; i < 5; i++) {
    const script = new Script(`ses_${i}`, i * 10)
    log.journal.append(script.open(), ...script.action(1), script.refused(2), script.end())
  }
  await log.sealer.flush()
  bundle = bundleOf('ses_2')
})

function bundleOf(session: string): SerializedBundle {
  const entries = log.entries()
  const index = log.store.session(session)?.sealLeaf ?? assert.fail('no seal')
  const leaves = entries.map(hashLeaf)
  const proof =
    toInclusionProof(
      index,
      entries.length,
      toNodeReader((level) => (level === 0 ? leaves : [])),
    ) ?? []
  const key = [...log.objects.files.keys()].find((name) => name.includes(`/${session}-`) && name.startsWith('seal/'))
  const envelope = log.objects.files.get(key ?? '') ?? assert.fail('no statement')
  const checkpoint = Buffer.from(log.objects.files.get('checkpoint') ?? []).toString()
  const logId = toBase64(toNoteKey(origin, log.keys.log)?.logId ?? assert.fail())
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      publicKey: { hint: 'attestation' },
      tlogEntries: [
        {
          logIndex: String(index),
          logId: { keyId: logId },
          kindVersion: { kind: 'dsse', version: '0.0.1' },
          integratedTime: '0',
          inclusionPromise: undefined,
          inclusionProof: {
            logIndex: String(index),
            rootHash: checkpoint.split('\n')[2] ?? '',
            treeSize: String(entries.length),
            hashes: proof.map(toBase64),
            checkpoint: { envelope: checkpoint },
          },
          canonicalizedBody: toBase64(entries[index] ?? assert.fail()),
        },
      ],
      timestampVerificationData: undefined,
    },
    dsseEnvelope: JSON.parse(Buffer.from(envelope).toString()),
  } as SerializedBundle
}

function verify(serialized: SerializedBundle): void {
  const logId = { keyId: toBase64(toNoteKey(origin, log.keys.log)?.logId ?? assert.fail()) }
  const root = TrustedRoot.fromJSON({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      {
        baseUrl: `https://${origin}`,
        hashAlgorithm: 'SHA2_256',
        publicKey: { rawBytes: spkiOf(log.keys.log).toString('base64'), keyDetails: 'PKIX_ED25519' },
        logId,
        checkpointKeyId: logId,
      },
    ],
    certificateAuthorities: [],
    ctlogs: [],
    timestampAuthorities: [],
  })
  const material = toTrustMaterial(root, () => ({
    publicKey: createPublicKey(log.keys.attestation),
    validFor: () => true,
  }))
  const verifier = new Verifier(material, { tlogThreshold: 1, ctlogThreshold: 0, timestampThreshold: 0 })
  verifier.verify(toSignedEntity(bundleFromJSON(serialized)))
}

/** A copy with one member changed. */
function changed(change: (copy: Editable) => void): SerializedBundle {
  const copy = structuredClone(bundle) as SerializedBundle & Editable
  change(copy)
  return copy
}

interface Editable {
  dsseEnvelope: { payload: string }
  verificationMaterial: { tlogEntries: { inclusionProof: { hashes: string[]; checkpoint: { envelope: string } } }[] }
}

test('Sigstore accepts the seal', () => {
  verify(bundle)
})

test('Sigstore rejects another statement, another proof and another checkpoint', () => {
  const other = Buffer.from(bundle.dsseEnvelope?.payload ?? '', 'base64')
    .toString()
    .replace('"denied":1', '"denied":0')
  assert.throws(() => verify(changed((copy) => (copy.dsseEnvelope.payload = Buffer.from(other).toString('base64')))))
  const zeros = toBase64(new Uint8Array(32))
  const [entry] = changed(() => undefined).verificationMaterial.tlogEntries ?? []
  assert.ok(entry)
  assert.throws(() =>
    verify(changed((copy) => copy.verificationMaterial.tlogEntries[0]?.inclusionProof.hashes.splice(0, 1, zeros))),
  )
  assert.throws(() =>
    verify(
      changed((copy) => {
        const [first] = copy.verificationMaterial.tlogEntries
        if (first === undefined) assert.fail()
        const { checkpoint } = first.inclusionProof
        checkpoint.envelope = checkpoint.envelope.replace(/\n(\d+)\n/, '\n1$1\n')
      }),
    ),
  )
})
