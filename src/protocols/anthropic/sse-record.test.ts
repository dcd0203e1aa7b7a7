// What the record keeps of what a model thought: masked, whole, and nothing of it as it was.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { runs } from '../../../test/harness/depth.ts'
import { FakeMasker, mailMask } from '../../../test/harness/fake-masker.ts'
import { JsonCarrier, LinesCarrier } from './body-carriers.ts'
import { SseCarrier } from './sse-carrier.ts'

const mail = 'alice@example.com'

function event(data: object): string {
  return `event: ${(data as { type: string }).type}\ndata: ${JSON.stringify(data)}\n\n`
}

function delta(type: string, key: string, text: string, index = 0): string {
  return event({ type: 'content_block_delta', index, delta: { type, [key]: text } })
}

const start = event({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } }) // prettier-ignore
const stop = event({ type: 'content_block_stop', index: 0 })
const thought = ['I shall write to ali', 'ce@exam', 'ple.com, \n"now".'].map((text) => delta('thinking_delta', 'thinking', text)) // prettier-ignore
const signed = delta('signature_delta', 'signature', 'c2ln')
const stream = [event({ type: 'ping' }), start, ...thought, signed, stop, delta('text_delta', 'text', 'Done!', 1)].join(
  '',
)

/** As a passage does: carried, and what was released recorded. */
function run(text: string, places: readonly number[]): { released: string; recorded: string } {
  const carrier = new SseCarrier()
  const masker = new FakeMasker()
  const record = new FakeMasker()
  const bytes = Buffer.from(text)
  const cuts = [...new Set(places.map((place) => place % bytes.length))].sort((a, b) => a - b)
  let released = ''
  let recorded = ''
  const pass = (out: Uint8Array): void => {
    released += Buffer.from(out).toString()
    recorded += Buffer.from(carrier.toRecord(out, () => record)).toString()
  }
  for (const [i, from] of [0, ...cuts].entries()) pass(carrier.carry(bytes.subarray(from, cuts[i] ?? bytes.length), masker)) // prettier-ignore
  pass(carrier.finish(masker))
  return { released, recorded: recorded + Buffer.from(carrier.finishRecord()).toString() }
}

const empty = delta('thinking_delta', 'thinking', '')
const whole = delta('thinking_delta', 'thinking', `I shall write to ${mailMask}, \n"now".`)

test('the client gets the thinking as it came, the record gets it masked where its block ends', () => {
  const { released, recorded } = run(stream, [])
  assert.equal(released, stream)
  const expected = [event({ type: 'ping' }), start, empty, empty, empty, signed, whole, stop, delta('text_delta', 'text', 'Done!', 1)] // prettier-ignore
  assert.equal(recorded, expected.join(''))
})

test('however it is cut', () => {
  const { recorded } = run(stream, [])
  fc.assert(
    fc.property(fc.array(fc.nat(5000), { maxLength: 30 }), (places) => {
      assert.deepEqual(run(stream, places), { released: stream, recorded })
    }),
    { numRuns: runs(200) },
  )
})

test('a stream that ends in the middle of a thought', () => {
  const { recorded } = run(start + (thought[0] ?? ''), [])
  assert.equal(recorded, start + empty + delta('thinking_delta', 'thinking', 'I shall write to ali'))
})

test('a thought in the beginning of its block, and data over two lines', () => {
  const begun = event({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: mail } })
  assert.equal(run(begun + stop, []).recorded, begun.replace(mail, mailMask) + stop)
  const split = `data: {"type":"content_block_delta","index":0,\ndata: "delta":{"type":"thinking_delta","thinking":"${mail} "}}\n\n`
  const { released, recorded } = run(split + stop, [])
  assert.equal(released, split + stop)
  assert.ok(!recorded.includes(mail) && recorded.includes(mailMask))
})

test('without thinking, the record keeps the very bytes', () => {
  const carrier = new SseCarrier()
  const bytes = Buffer.from(delta('text_delta', 'text', 'Done!'))
  const never = (): never => assert.fail('no masker is needed')
  assert.equal(carrier.toRecord(bytes, never), bytes)
})

describe('whole bodies', () => {
  const body = JSON.stringify({ content: [{ type: 'thinking', thinking: mail, signature: 'c2ln' }, { type: 'text', text: 'Done!' }] }) // prettier-ignore
  const masker = new FakeMasker()

  test('a JSON answer', () => {
    const carrier = new JsonCarrier(-1, null)
    carrier.carry(Buffer.from(body), masker)
    const released = carrier.finish(masker)
    assert.equal(Buffer.from(released).toString(), body)
    assert.equal(carrier.toRecord(released).length, 0)
    assert.equal(Buffer.from(carrier.finishRecord(() => masker)).toString(), body.replace(mail, mailMask))
  })

  test('lines of JSON', () => {
    const carrier = new LinesCarrier()
    const released = carrier.carry(Buffer.from(`${body}\n{}\n`), masker)
    assert.equal(Buffer.from(carrier.toRecord(released, () => masker)).toString(), `${body.replace(mail, mailMask)}\n{}\n`) // prettier-ignore
  })
})
