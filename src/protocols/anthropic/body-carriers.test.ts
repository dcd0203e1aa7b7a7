import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FakeMasker } from '../../../test/harness/fake-masker.ts'
import type { Carrier } from '../../kernel/masker.ts'
import { JsonCarrier, LinesCarrier } from './body-carriers.ts'

/** A socket's Buffer is used again when the call is over, and a Buffer's `slice` is a view of it. */
function carried(carrier: Carrier, ...pieces: readonly string[]): string {
  const masker = new FakeMasker()
  let out = ''
  for (const piece of pieces) {
    const chunk = Buffer.from(piece)
    out += Buffer.from(carrier.carry(chunk, masker)).toString()
    chunk.fill('#')
  }
  return out + Buffer.from(carrier.finish(masker)).toString()
}

describe('what is held is kept, whatever becomes of the memory that it came in', () => {
  test('of a JSON answer', () => {
    assert.equal(carried(new JsonCarrier(-1, null), '{"to":"jane@', 'example.com"}'), '{"to":"[mail]"}')
  })

  test('of a line', () => {
    assert.equal(carried(new LinesCarrier(), '{"to":"jane@', 'example.com"}\n["x'), '{"to":"[mail]"}\n["x')
  })

  test('of the record of a JSON answer', () => {
    const carrier = new JsonCarrier(-1, null)
    const released = Buffer.from('{"a":1}')
    carrier.toRecord(released)
    released.fill('#')
    assert.equal(Buffer.from(carrier.finishRecord(() => new FakeMasker())).toString(), '{"a":1}')
  })
})

test('lines of which as much was held before as is held after are the lines, not the piece', () => {
  assert.equal(carried(new LinesCarrier(), '{"', 'a":1}\n[]', '\n'), '{"a":1}\n[]\n')
  assert.equal(carried(new LinesCarrier(), '["', 'x"]\n"j', 'ane@example.com"'), '["x"]\n"[mail]"')
})
