import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readParameterStatus, readParameterTypes, readRowCount } from './answer-fields.ts'
import { fromTarget, toFrame } from './messages.ts'
import { ServerState } from './server-state.ts'
import { server } from './testing/messages.ts'

/** Behind other bytes, as a frame of a run is. */
function placed<T>(frame: Uint8Array, read: (bytes: Uint8Array, at: number, end: number) => T): T {
  const bytes = Buffer.concat([Buffer.from('9 9'), frame, Buffer.from('1')])
  return read(bytes, 3, 3 + frame.length)
}

const broken = { code: 'upstream.protocol' }

test('the count of a command is the last number of its tag', () => {
  const cases: readonly (readonly [string, number | null])[] = [
    ['SELECT 5', 5],
    ['INSERT 0 30', 30],
    ['COPY 123456789', 123_456_789],
    ['MERGE 0', 0],
    ['BEGIN', null],
    ['', null],
    ['SELECT ', null],
    ['SELECT x5', null],
    ['7', null],
    [`SELECT ${2 ** 53 - 1}`, 2 ** 53 - 1],
  ]
  for (const [tag, count] of cases) assert.equal(placed(server.complete(tag), readRowCount), count, tag)
})

test('a count that no target ever reached is none, and never something that is no number', () => {
  for (const digits of ['9'.repeat(17), '9'.repeat(400), '0'.repeat(400), `1${'0'.repeat(330)}`])
    assert.equal(placed(server.complete(`SELECT ${digits}`), readRowCount), null, digits.length.toString())
})

test('parameter types are as many as were announced, and unsigned', () => {
  const frame = (count: number, ...types: readonly number[]): Uint8Array =>
    toFrame(fromTarget.parameterDescription, (body) => {
      body.int16(count)
      for (const type of types) body.int32(type)
    })
  assert.deepEqual(placed(frame(2, 25, -1), readParameterTypes), [25, 4_294_967_295])
  assert.deepEqual(placed(frame(0), readParameterTypes), [])
  assert.throws(() => placed(frame(2, 25), readParameterTypes), broken)
  assert.throws(() => placed(frame(-1, 25), readParameterTypes), broken)
  assert.throws(() => placed(frame(1, 25, 26), readParameterTypes), broken)
})

test('what a target says of itself reaches the state, and half of it does not', () => {
  const state = new ServerState()
  const read = (frame: Uint8Array): void =>
    placed(frame, (bytes, at, end) => readParameterStatus(bytes, at, end, state))
  read(server.parameter('server_version', '18'))
  assert.equal(state.problem, null)
  read(server.parameter('standard_conforming_strings', 'off'))
  assert.match(state.problem ?? '', /standard_conforming_strings is off/)
  assert.throws(() => read(toFrame(fromTarget.parameterStatus, (body) => body.cstring('client_encoding'))), broken)
})
