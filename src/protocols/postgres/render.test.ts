import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { runs } from '../../../test/harness/depth.ts'
import { render } from './render.ts'
import { server } from './testing/messages.ts'

const part = (role: string, text: string): { role: string; bytes: Uint8Array; length: number } => ({
  role,
  bytes: Buffer.from(text),
  length: text.length,
})

test('a statement, its values and its rows', () => {
  const response = Buffer.concat([
    server.parsed,
    server.columns({ name: 'id', oid: 23, format: 1 }, { name: 'name' }),
    server.row(Uint8Array.of(0, 0, 0, 7), 'Ada'),
    server.row(null, 'Luis\nB'),
    server.complete('SELECT 2'),
    server.ready(),
  ])
  const parts = [part('sql', 'SELECT id, name FROM t WHERE a = $1'), part('parameter $1 int4', '7')]
  assert.deepEqual(render({ label: 'SELECT t', parts, response }), {
    request: 'SELECT id, name FROM t WHERE a = $1\n-- parameter $1 int4: 7',
    response: 'id   | name\n-----+--------\n7    | Ada\nNULL | Luis\\nB\nSELECT 2\n',
  })
})

test('errors, COPY and what was not kept', () => {
  const response = Buffer.concat([
    server.copyOut(),
    server.copyData('1\ta\n'),
    server.error('23505', 'duplicate', { D: 'Key exists', H: 'Try again' }),
  ])
  const shown = render({ label: 'COPY', parts: [{ role: 'sql', bytes: null, length: 9 }], response })
  assert.equal(shown.request, '-- sql: 9 bytes, as recorded before or beyond the limit')
  assert.equal(shown.response, '1\ta\nERROR 23505: duplicate\nDETAIL: Key exists\nHINT: Try again\n')
})

test('nothing reaches a terminal as a control character', () => {
  const evil = 'a\u001b[2J\u009b\u202eb\u0000'
  const response = Buffer.concat([
    server.columns({ name: evil }),
    server.row(evil),
    server.error('00000', evil),
    server.copyData(evil),
  ])
  const shown = render({ label: evil, parts: [part('sql', evil), part(evil, evil)], response })
  assert.doesNotMatch(shown.request + shown.response, /[^\n\t\P{C}]/u)
})

test('an error whose fields have no end behind its words is no whole message', () => {
  for (const type of ['E', 'N'])
    for (const fields of ['Mno end\0', 'SERROR\0Mno end\0Dof it']) {
      const frame = Buffer.concat([Buffer.from(`${type}\0\0\0`), Buffer.of(fields.length + 4), Buffer.from(fields)])
      const { response } = render({ label: '', parts: [], response: frame })
      assert.equal(response, '(what follows is not a whole message)\n')
    }
})

test('property: any bytes are rendered, in bounds', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('T', 'D', 'E', 'C', 'd'), (bytes, type) => {
      const frame = Buffer.concat([Buffer.from(type), Buffer.from([0, 0, 0, (bytes.length + 4) & 0xff]), bytes])
      const shown = render({ label: '', parts: [], response: frame })
      assert.ok(shown.response.length < 100_000)
    }),
    { numRuns: runs(500) },
  )
})

test('many rows are counted, not shown', () => {
  const response = Buffer.concat([
    server.columns({ name: 'a' }),
    ...Array.from({ length: 1_005 }, () => server.row('x')),
  ])
  assert.match(render({ label: '', parts: [], response }).response, /\(5 more rows\)\n$/)
})
