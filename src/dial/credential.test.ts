import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '../kernel/secret.ts'
import { PasswordCredential } from './credential.ts'

const pencil = new PasswordCredential('user', new Secret('pencil'), () => false)

test('SCRAM-SHA-256 gives the proof and the signature of RFC 7677 §3', async () => {
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
  const message = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=${nonce}`
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
  const proof = await pencil.scramSha256(salt, 4096, Buffer.from(message))
  assert.equal(Buffer.from(proof.clientProof).toString('base64'), 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=')
  assert.equal(Buffer.from(proof.serverSignature).toString('base64'), '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
})

for (const iterations of [0, -1, 2 ** 31, 1.5, Number.NaN]) {
  test(`a target that names ${iterations} iterations is refused before any work`, async () => {
    await assert.rejects(pencil.scramSha256(Buffer.from('salt'), iterations, Buffer.from('m')), {
      code: 'upstream.auth',
      message: 'upstream.auth: The gateway could not authenticate to the target.',
    })
  })
}

test('the password goes in clear only where nobody else can read it', () => {
  assert.throws(() => pencil.cleartextPassword(), { code: 'upstream.auth' })
  const covered = new PasswordCredential('user', new Secret('pencil'), () => true)
  assert.equal(Buffer.from(covered.cleartextPassword()).toString(), 'pencil')
})

test('md5 is what the server computes', () => {
  assert.equal(pencil.md5Password(Buffer.from([1, 2, 3, 4])), 'md54376eb6913b38f9aaff38dc7cf19ca76')
})

test('a credential prints as nothing', () => {
  assert.doesNotMatch(JSON.stringify(pencil) + inspect(pencil, { depth: 9 }), /pencil/)
})
