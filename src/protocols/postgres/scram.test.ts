import assert from 'node:assert/strict'
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { test } from 'node:test'
import { Fault } from '../../kernel/fault.ts'
import type { CredentialHandle } from '../../kernel/target.ts'
import { ScramExchange } from './scram.ts'

const password = 'pencil'

const credential: CredentialHandle = {
  user: 'app',
  scramSha256(salt, iterations, authMessage) {
    const { clientKey, serverKey } = keysOf(salt, iterations)
    const signature = createHmac('sha256', createHash('sha256').update(clientKey).digest()).update(authMessage).digest()
    return Promise.resolve({
      clientProof: signature.map((byte, at) => byte ^ (clientKey[at] ?? 0)),
      serverSignature: createHmac('sha256', serverKey).update(authMessage).digest(),
    })
  },
  md5Password: () => '',
  cleartextPassword: () => new Uint8Array(0),
}

function keysOf(salt: Uint8Array, iterations: number): { clientKey: Buffer; serverKey: Buffer } {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  return {
    clientKey: createHmac('sha256', salted).update('Client Key').digest(),
    serverKey: createHmac('sha256', salted).update('Server Key').digest(),
  }
}

/** The server's side, by the RFC and independent of the code above. */
function serve(exchange: ScramExchange): { first: Buffer; verify(final: string): Buffer } {
  const clientFirst = exchange.first()
  const bare = clientFirst.slice(clientFirst.indexOf('n=,r='))
  const salt = Buffer.from('0123456789abcdef')
  const first = Buffer.from(`r=${bare.slice(5)}more,s=${salt.toString('base64')},i=4096`)
  return {
    first,
    verify(final) {
      const [, withoutProof = '', proof = ''] = /^(.*),p=(.*)$/.exec(final) ?? []
      const message = `${bare},${first.toString()},${withoutProof}`
      const { clientKey, serverKey } = keysOf(salt, 4096)
      const stored = createHash('sha256').update(clientKey).digest()
      const signature = createHmac('sha256', stored).update(message).digest()
      const key = Buffer.from(proof, 'base64').map((byte, at) => byte ^ (signature[at] ?? 0))
      assert.deepEqual(createHash('sha256').update(key).digest(), stored, 'the proof is right')
      return Buffer.from(`v=${createHmac('sha256', serverKey).update(message).digest('base64')}`)
    },
  }
}

const refused =
  (why: RegExp) =>
  (error: unknown): boolean =>
    error instanceof Fault && error.code === 'upstream.auth' && why.test(String(error.facts['why']))

test('both sides prove themselves', async () => {
  const exchange = new ScramExchange(['SCRAM-SHA-256'], null)
  const server = serve(exchange)
  const final = await exchange.final(server.first, credential)
  assert.ok(!exchange.isProven)
  exchange.verify(server.verify(final))
  assert.ok(exchange.isProven)
})

test('channel binding: used when offered, claimed possible when not, absent without TLS', async () => {
  const binding = Uint8Array.of(1, 2, 3)
  const bound = new ScramExchange(['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'], binding)
  assert.equal(bound.mechanism, 'SCRAM-SHA-256-PLUS')
  const final = await bound.final(serve(bound).first, credential)
  const sent = Buffer.from(/^c=([^,]*)/.exec(final)?.[1] ?? '', 'base64')
  assert.deepEqual(sent, Buffer.concat([Buffer.from('p=tls-server-end-point,,'), binding]))
  assert.match(new ScramExchange(['SCRAM-SHA-256'], binding).first(), /^y,,/)
  const without = new ScramExchange(['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'], null)
  assert.equal(without.mechanism, 'SCRAM-SHA-256')
  assert.match(without.first(), /^n,,/)
})

test('a target without a mechanism in common is refused', () => {
  assert.throws(() => new ScramExchange(['SCRAM-SHA-1'], null), refused(/no SASL mechanism/))
  assert.throws(() => new ScramExchange(['SCRAM-SHA-256-PLUS'], null), refused(/no SASL mechanism/))
})

test('a nonce that is not ours, a broken message or a wrong signature is refused', async () => {
  const exchange = new ScramExchange(['SCRAM-SHA-256'], null)
  const ours = exchange.first().slice('n,,n=,r='.length)
  for (const first of [
    `r=other,s=QQ==,i=4096`,
    `r=${ours},s=QQ==,i=4096`,
    `r=${ours}x,s=QQ==,i=-1`,
    `r=${ours}x,s=,i=1`,
    'e=no',
  ])
    await assert.rejects(exchange.final(Buffer.from(first), credential), refused(/first SCRAM message/))
  await assert.rejects(exchange.final(Buffer.alloc(5000, 97), credential), refused(/too long/))
  assert.throws(() => exchange.verify(Buffer.from('v=QQ==')), refused(/did not prove/))
  const server = serve(exchange)
  await exchange.final(server.first, credential)
  assert.throws(
    () => exchange.verify(Buffer.from(`v=${Buffer.alloc(32).toString('base64')}`)),
    refused(/did not prove/),
  )
  assert.throws(() => exchange.verify(Buffer.from('e=other-error')), refused(/did not prove/))
})
