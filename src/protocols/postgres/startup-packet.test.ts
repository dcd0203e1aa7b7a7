import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../kernel/fault.ts'
import {
  parseFirstPacket,
  startupLength,
  toCancelRequest,
  toStartup,
  sslRequest,
  type Startup,
} from './startup-packet.ts'

function startup(parameters: Record<string, string>, minor = 0): Startup {
  const packet = toStartup(minor, Object.entries({ user: 'u', database: 'orders', ...parameters }))
  const first = parseFirstPacket(packet, 0, packet.length)
  assert.equal(first.kind, 'startup')
  return first.kind === 'startup' ? first.startup : assert.fail()
}

test('the three requests and the start-up packet are told apart', () => {
  assert.deepEqual(parseFirstPacket(sslRequest, 0, 8), { kind: 'ssl' })
  const cancel = toCancelRequest(7, Uint8Array.of(1, 2, 3, 4))
  assert.deepEqual(parseFirstPacket(cancel, 0, cancel.length), {
    kind: 'cancel',
    processId: 7,
    key: Uint8Array.of(1, 2, 3, 4),
  })
  assert.equal(startup({}).database, 'orders')
})

test('versions: 3.0 and 3.2 are spoken, others are brought down to them, 2 is refused', () => {
  assert.deepEqual([startup({}, 0).minor, startup({}, 0).negotiate], [0, null])
  assert.deepEqual([startup({}, 2).minor, startup({}, 2).negotiate], [2, null])
  assert.deepEqual([startup({}, 9999).minor, startup({}, 9999).negotiate], [2, []])
  assert.deepEqual([startup({}, 1).minor, startup({}, 1).negotiate], [0, []])
  assert.deepEqual(startup({ '_pq_.new': '1' }).negotiate, ['_pq_.new'])
  const old = Uint8Array.of(0, 0, 0, 8, 0, 2, 0, 0)
  assert.throws(
    () => parseFirstPacket(old, 0, 8),
    (error) => error instanceof Fault && error.code === 'frame.malformed',
  )
})

test('harmless settings go on, encoding is pinned, the rest is refused in words', () => {
  const fine = startup({ DateStyle: 'ISO', client_encoding: 'utf-8', options: '-c statement_timeout=5\\ s --jit=off' })
  assert.equal(fine.refusal, null)
  assert.deepEqual(fine.settings, [
    ['DateStyle', 'ISO'],
    ['statement_timeout', '5 s'],
    ['jit', 'off'],
  ])
  for (const named of [{ options: '-c application_name=psql' }, { Application_Name: 'psql' }]) {
    // The gateway gives the name with its session behind it; a second one would be the server's.
    const { applicationName, settings } = startup(named)
    assert.deepEqual([applicationName, settings], ['psql', []])
  }
  assert.match(startup({ client_encoding: 'SJIS' }).refusal ?? '', /client_encoding.*UTF-8 only/)
  assert.match(startup({ role: 'dba' }).refusal ?? '', /"role" is not allowed/)
  assert.match(startup({ options: '-crole=dba' }).refusal ?? '', /"role" is not allowed/)
  assert.match(startup({ options: '-c standard-conforming-strings=off' }).refusal ?? '', /standard_conforming_strings/)
  assert.match(startup({ options: '-h elsewhere' }).refusal ?? '', /Only `-c/)
  assert.match(startup({ options: '-c' }).refusal ?? '', /Only `-c/)
  assert.match(startup({ replication: 'database' }).refusal ?? '', /Replication/)
  assert.match(startup({ user: '', database: '' }).refusal ?? '', /Name a connection/)
})

test('lengths are refused before anything is made of them', () => {
  const length = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
  assert.equal(startupLength(length(100), 0, 3, 1000), null)
  assert.equal(startupLength(length(100), 0, 4, 1000), null)
  for (const value of [0, 4, 7, -1, 0x80000000])
    assert.throws(
      () => startupLength(length(value), 0, 4, 1000),
      (error) => error instanceof Fault && error.code === 'frame.malformed',
    )
  assert.throws(
    () => startupLength(length(1001), 0, 4, 1000),
    (error) => error instanceof Fault && error.code === 'frame.too-large',
  )
})

test('property: random packets give a packet or a Fault', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0x30000, 0x30002, 80877102, 80877103),
      fc.uint8Array({ maxLength: 200 }),
      (code, body) => {
        const bytes = new Uint8Array(8 + body.length)
        new DataView(bytes.buffer).setInt32(4, code)
        bytes.set(body, 8)
        try {
          parseFirstPacket(bytes, 0, bytes.length)
        } catch (error) {
          assert.ok(error instanceof Fault)
        }
      },
    ),
  )
})
