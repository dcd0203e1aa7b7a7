import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { runs } from '../../../test/harness/depth.ts'
import { FakeMasker } from '../../../test/harness/fake-masker.ts'
import { Fault } from '../../kernel/fault.ts'
import { DeltaShape } from './delta-shape.ts'
import { SseCarrier } from './sse-carrier.ts'

/** @param raw as it stands between the quotes */
const delta = (raw: string, space = ''): string =>
  `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,${space}"delta":{"type":"text_delta","text":"${raw}"}}\n\n`

const known = delta('before ')
const [head = '', tail = ''] = known.split('before ')

function learned(): DeltaShape {
  const shape = new DeltaShape()
  const at = { from: head.length, to: known.length - tail.length }
  shape.learn(Buffer.from(known), 0, known.length, { index: 0, type: 'text_delta', key: 'text', ...at })
  return shape
}

function textOf(event: string): string | null {
  const shape = learned()
  const bytes = Buffer.from(`xx${event}yy`)
  const to = shape.textEnd(bytes, 2, bytes.length - 2)
  return to === -1
    ? null
    : bytes.toString('utf8', 2 + shape.textAt, to) + bytes.toString('utf8', to + shape.bytesAfter, bytes.length - 2)
}

describe('a shape', () => {
  test('fits what differs in its text', () => {
    for (const raw of ['', 'another ', 'ümläut 😀', '\x7f']) assert.equal(textOf(delta(raw)), raw)
  })

  test('ends where its own bytes do, whatever follows', () => {
    assert.equal(textOf(`${delta('a ')}${delta('b')}`), `a ${delta('b')}`)
    assert.equal(textOf(`${delta('a ')}\n`), 'a \n')
  })

  test('does not fit a text with a quote, an escape or a control character, nor other bytes around', () => {
    for (const event of [
      delta('a","x":"b'),
      delta('a\\u0040b'),
      delta('a\\'),
      delta('a\nb'),
      delta('a\0b'),
      delta('a', ' '),
      delta('a').replace('0', '1'),
      delta('a').replace('"text"', '"tent"'),
      delta('a').slice(0, -1),
      head.slice(0, -1),
      '',
    ])
      assert.equal(textOf(event), null, event)
  })

  test('nothing fits before one was seen', () => {
    assert.equal(new DeltaShape().textEnd(Buffer.from('\n'), 0, 1), -1)
  })

  test('a long one is not remembered', () => {
    const shape = new DeltaShape()
    const bytes = Buffer.from(delta('a').replace('{', `{"padding":"${'x'.repeat(2000)}",`))
    shape.learn(bytes, 0, bytes.length, {
      index: 0,
      type: 'text_delta',
      key: 'text',
      from: bytes.length - 6,
      to: bytes.length - 5,
    })
    assert.equal(shape.textEnd(bytes, 0, bytes.length), -1)
  })
})

/** What comes of an event behind another one. */
function behind(first: string, event: string): string {
  const carrier = new SseCarrier()
  const masker = new FakeMasker()
  carrier.carry(Buffer.from(first), masker)
  try {
    return Buffer.concat([Buffer.from(carrier.carry(Buffer.from(event), masker)), carrier.finish(masker)]).toString()
  } catch (error) {
    assert.ok(error instanceof Fault)
    return error.code
  }
}

test('an event comes out the same, whether it was known by its shape or read', () => {
  const pieces = [
    'a ',
    'jane@example.com',
    '4111111111111111',
    '"',
    '\\',
    '\\u0040',
    '","x":"',
    '"}}',
    '\n',
    '\n\n',
    '\r',
    ',',
    '{',
    '}',
    'data: ',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 6 }), (chosen) => {
      const event = delta(chosen.join(''))
      for (const events of [event, event + event, `${delta('b ')}${event}${delta('c ')}`])
        assert.equal(behind(delta('before '), events), behind(delta('before ', ' '), events))
    }),
    { numRuns: runs(500) },
  )
})

test('an event with a line that is looked at is never known by its shape', () => {
  const withComment = (mail: string): string => `: ${mail}\n${delta('a ')}`
  assert.doesNotMatch(behind(withComment('jane@example.com '), withComment('jane@example.com ')), /jane/)
})
