// From the first byte to the first ReadyForQuery, with clients and targets of all kinds.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { denied, RecordingWishes, type WishOptions } from '../../../test/harness/recording-wishes.ts'
import { toDenial } from '../../kernel/decision.ts'
import { Fault, type FaultCode } from '../../kernel/fault.ts'
import { CancelKeys } from './cancel-keys.ts'
import { WireCodec } from './codec.ts'
import { createProtocol, limits } from './plugin.ts'
import { sslRequest, toCancelRequest } from './startup-packet.ts'
import { client, server, toWords } from './testing/messages.ts'
import { greeting, openSession, serverKey, turn } from './testing/open-session.ts'
import { ToyDialect } from './testing/toy-dialect.ts'

const start = (options: WishOptions = {}): RecordingWishes =>
  new RecordingWishes(createProtocol(new ToyDialect()), options)

const faulted =
  (code: FaultCode) =>
  (error: unknown): boolean =>
    error instanceof Fault && error.code === code

function dial(options: WishOptions = {}): RecordingWishes {
  const wishes = start(options)
  wishes.codec.fromClient(client.startup())
  wishes.codec.fromClient(client.password('token'))
  wishes.takeClient()
  return wishes
}

test('a client on loopback is asked for its token, identified and let in', async () => {
  const wishes = start()
  wishes.codec.fromClient(client.startup({ user: 'nightly' }))
  assert.deepEqual([...wishes.takeClient()], [...server.authentication(3)])
  wishes.codec.fromClient(client.password('the-token'))
  assert.equal(wishes.presented[0]?.token.reveal(), 'the-token')
  assert.deepEqual(wishes.wanted, [{ connection: 'orders', client: 'test, user nightly' }])
  assert.deepEqual([...wishes.takeClient()], [...server.authentication(0)])
  const startup = wishes.takeTarget().toString('latin1')
  for (const words of [
    'user\0app\0',
    'database\0orders\0',
    'client_encoding\0UTF8\0',
    'application_name\0test gw/ses_01\0',
  ])
    assert.ok(startup.includes(words), words)
  wishes.codec.fromTarget(Buffer.concat(greeting))
  await turn()
  assert.deepEqual(toWords(wishes.takeClient()), ['S', 'S', 'K', 'Z I'])
  assert.deepEqual(wishes.phases, ['identify', 'open', 'ready'])
})

test('the session stands in the name of the application, whatever the client calls itself', async () => {
  const wishes = start()
  wishes.codec.fromClient(client.startup({ application_name: '\u20ac'.repeat(80) }))
  wishes.codec.fromClient(client.password('the-token'))
  const name = /application_name\0([^\0]*)\0/.exec(wishes.takeTarget().toString('latin1'))?.[1] ?? ''
  assert.match(name, /^\?+ gw\/ses_01$/)
  assert.equal(name.length, 63)
})

test('TLS is begun when asked for, and nothing may come behind the request', () => {
  const wishes = start({ peer: { loopback: false } })
  wishes.codec.fromClient(client.ssl)
  assert.equal(wishes.takeClient().toString(), 'S')
  assert.equal(wishes.tlsStarted, 1)
  wishes.secured()
  wishes.codec.fromClient(client.startup())
  assert.deepEqual([...wishes.takeClient()], [...server.authentication(3)])
  assert.throws(
    () => start().codec.fromClient(Buffer.concat([client.ssl, client.startup()])),
    faulted('frame.malformed'),
  )
  const twice = start()
  twice.codec.fromClient(client.ssl)
  assert.throws(() => twice.codec.fromClient(client.startup()), faulted('frame.malformed'))
})

test('a listener without TLS says so, and GSS encryption is declined', () => {
  const wishes = start({ offersTls: false })
  wishes.codec.fromClient(Buffer.concat([Uint8Array.of(0, 0, 0, 8, 4, 0xd2, 0x16, 0x30), client.ssl]))
  assert.equal(wishes.takeClient().toString(), 'NN')
  wishes.codec.fromClient(client.startup())
  assert.deepEqual([...wishes.takeClient()], [...server.authentication(3)])
})

test('a token is not taken over the network in clear', () => {
  assert.throws(() => start({ peer: { loopback: false } }).codec.fromClient(client.startup()), faulted('tls.required'))
})

test('an unknown client, a refused connection and a refused setting are told why', () => {
  const unknown = start({ identity: toDenial('The token has expired.', 'identity') })
  unknown.codec.fromClient(client.startup())
  unknown.takeClient()
  unknown.codec.fromClient(client.password('old'))
  assert.deepEqual(toWords(unknown.takeClient()), ['E 28P01 The token has expired.'])
  assert.equal(unknown.closed, 'fault')
  const refused = dial({ opened: denied('You may not open this connection.') })
  assert.equal(refused.closed, 'fault')
  const setting = start()
  setting.codec.fromClient(client.startup({ client_encoding: 'LATIN1' }))
  assert.match(toWords(setting.takeClient())[0] ?? '', /^E 42501 .*client_encoding/)
})

test('a database of the target besides the registered one is refused', () => {
  const wishes = start()
  wishes.codec.fromClient(client.startup({ database: 'orders/payroll' }))
  wishes.codec.fromClient(client.password('token'))
  assert.match(toWords(wishes.takeClient()).at(-1) ?? '', /another database/)
  assert.equal(wishes.takeTarget().length, 0)
  const any = start({ url: 'postgres://db.internal:5432' })
  any.codec.fromClient(client.startup({ database: 'orders/payroll' }))
  any.codec.fromClient(client.password('token'))
  assert.ok(any.takeTarget().includes('database\0payroll\0'))
})

test('newer clients are told which version is spoken', () => {
  const wishes = start()
  wishes.codec.fromClient(client.startup({ '_pq_.x': '1' }, 9999))
  assert.equal(wishes.takeClient()[0], 'v'.charCodeAt(0))
})

test('towards the target: TLS by its mode, and nothing behind the answer (CVE-2021-23222)', () => {
  const required = dial({ tlsMode: 'require' })
  assert.deepEqual([...required.takeTarget()], [...client.ssl])
  assert.throws(() => required.codec.fromTarget(Buffer.from('N')), faulted('upstream.tls'))
  const preferred = dial({ tlsMode: 'prefer' })
  preferred.takeTarget()
  preferred.codec.fromTarget(Buffer.from('N'))
  assert.ok(preferred.takeTarget().includes('user\0app'))
  const attacked = dial({ tlsMode: 'require' })
  assert.throws(() => attacked.codec.fromTarget(Buffer.from('Sx')), faulted('upstream.protocol'))
  const secured = dial({ tlsMode: 'require' })
  secured.takeTarget()
  secured.codec.fromTarget(Buffer.from('S'))
  assert.equal(secured.takeTarget().length, 0, 'the start-up packet waits for TLS')
  assert.throws(() => secured.codec.fromTarget(Buffer.from('x')), faulted('upstream.protocol'))
  secured.targetTls?.()
  assert.ok(secured.takeTarget().includes('user\0app'))
})

test('md5 and clear text go through the credential; other methods and second requests are refused', () => {
  const md5 = dial()
  md5.takeTarget()
  md5.codec.fromTarget(server.authentication(5, Uint8Array.of(1, 2, 3, 4)))
  assert.deepEqual([...md5.takeTarget()], [...client.password('md5-of-it')])
  assert.throws(() => md5.codec.fromTarget(server.authentication(3)), faulted('upstream.auth'), 'no downgrade')
  const clear = dial()
  clear.takeTarget()
  clear.codec.fromTarget(server.authentication(3))
  assert.deepEqual([...clear.takeTarget()], [...client.password('in clear')])
  for (const method of [1, 2, 4, 6, 7, 9])
    assert.throws(() => dial().codec.fromTarget(server.authentication(method)), faulted('upstream.auth'))
  const skipping = dial()
  skipping.codec.fromTarget(server.authentication(10, Buffer.from('SCRAM-SHA-256\0\0')))
  assert.throws(
    () => skipping.codec.fromTarget(server.authentication(0)),
    faulted('upstream.auth'),
    'it skipped its proof',
  )
})

test("a target's refusal of our credential is the operator's, other refusals are the client's to read", () => {
  const password = server.error('28P01', 'password authentication failed for user "app"')
  assert.throws(() => dial().codec.fromTarget(password), faulted('upstream.auth'))
  const missing = dial()
  missing.codec.fromTarget(server.error('3D000', 'database "x" does not exist', { S: 'FATAL', V: 'FATAL' }))
  assert.deepEqual(toWords(missing.takeClient()), ['E 3D000 database "x" does not exist'])
  assert.equal(missing.closed, 'target-closed')
})

test('a proof that cannot be made ends the session with its fault', async () => {
  const wishes = dial()
  wishes.codec.fromTarget(server.authentication(10, Buffer.from('SCRAM-SHA-256\0\0')))
  wishes.codec.fromTarget(server.authentication(11, Buffer.from('r=other,s=QQ==,i=4096')))
  await turn()
  assert.equal(wishes.faults[0]?.code, 'upstream.auth')
  assert.match(toWords(wishes.takeClient())[0] ?? '', /^E XX000 The gateway could not authenticate/)
  assert.equal(wishes.closed, 'fault')
})

test('cancel: the client gets a key of ours, and only that one reaches the target', async () => {
  const protocol = createProtocol(new ToyDialect())
  const listener = protocol.listener()
  const wishes = new RecordingWishes(protocol, {}, listener)
  wishes.codec.fromClient(client.startup())
  wishes.codec.fromClient(client.password('token'))
  wishes.takeClient()
  wishes.codec.fromTarget(Buffer.concat(greeting))
  await turn()
  const said = wishes.takeClient()
  const at = said.indexOf(Buffer.from([75, 0, 0, 0, 12]))
  const [processId, key] = [said.readInt32BE(at + 5), said.subarray(at + 9, at + 13)]
  assert.ok(!said.includes(Buffer.from(serverKey.key)), "the server's key stays here")
  const cancel = (id: number, bytes: Uint8Array): RecordingWishes => {
    const other = new RecordingWishes(protocol, {}, listener)
    other.codec.fromClient(toCancelRequest(id, bytes))
    assert.equal(other.toClient.length, 0)
    assert.equal(other.closed, 'client-closed')
    return other
  }
  cancel(serverKey.processId, serverKey.key)
  cancel(processId, Uint8Array.of(0, 0, 0, 0))
  assert.equal(wishes.asides.length, 0)
  cancel(processId, key)
  assert.deepEqual([...(wishes.asides[0] ?? [])], [...toCancelRequest(serverKey.processId, serverKey.key)])
  assert.deepEqual(wishes.asideTls, [{ ask: sslRequest, agreed: 0x53 }], 'as protected as the session')
  wishes.codec.clientClosed()
  cancel(processId, key)
  assert.equal(wishes.asides.length, 1, 'over is over')
})

test('a session that is over leaves no key behind', async () => {
  const keys = new CancelKeys()
  const dialect = new ToyDialect()
  const ticker = (): (() => void) => () => undefined
  const shared = { keys, limits, dialect, loaded: dialect.load(), ticker }
  const wishes = new RecordingWishes(createProtocol(dialect), {}, (all) => new WireCodec(all, shared))
  wishes.codec.fromClient(client.startup())
  wishes.codec.fromClient(client.password('token'))
  wishes.codec.fromTarget(Buffer.concat(greeting))
  await turn()
  assert.equal(keys.size, 1)
  wishes.codec.targetClosed()
  assert.equal(keys.size, 0)
})

test('cancel while a statement is held gives it up, and the target hears nothing', async () => {
  const protocol = createProtocol(new ToyDialect(), () => () => undefined)
  const listener = protocol.listener()
  const wishes = new RecordingWishes(protocol, { judge: () => 'hold' }, listener)
  wishes.codec.fromClient(client.startup())
  wishes.codec.fromClient(client.password('token'))
  wishes.codec.fromTarget(Buffer.concat(greeting))
  await turn()
  const said = wishes.takeClient()
  const at = said.indexOf(Buffer.from([75, 0, 0, 0, 12]))
  wishes.takeTarget()
  wishes.codec.fromClient(client.query('UPDATE t'))
  wishes.takeClient()
  const other = new RecordingWishes(protocol, {}, listener)
  other.codec.fromClient(toCancelRequest(said.readInt32BE(at + 5), said.subarray(at + 9, at + 13)))
  assert.deepEqual(toWords(wishes.takeClient()), ['E 57014 canceling statement due to user request', 'Z I'])
  wishes.holds[0]?.('allow')
  assert.equal(wishes.toTarget.length, 0, 'an approval that comes too late sends nothing')
  assert.equal(wishes.passages[0]?.outcome?.outcome, 'cut')
  assert.equal(wishes.asides.length, 0)
})

test('protocol 3.2 gets a long key', async () => {
  const { wishes } = await openSession({ minor: 2 })
  assert.equal(wishes.closed, null)
  const other = start()
  other.codec.fromClient(client.startup({}, 2))
  other.codec.fromClient(client.password('token'))
  other.takeClient()
  other.codec.fromTarget(Buffer.concat(greeting))
  await turn()
  assert.ok(other.takeClient().includes(Buffer.from([75, 0, 0, 0, 40])))
})
