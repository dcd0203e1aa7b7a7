// What hostile JSON can make of the walk through its strings: more work than its bytes are worth, and names that mean something
// to the runtime.

import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import { FakeMasker, mailMask } from '../../../test/harness/fake-masker.ts'
import { JsonCursor } from './json-cursor.ts'
import { MemberLook } from './json-members.ts'
import { maskLeaves } from './leaves.ts'
import { toOutward } from './outward.ts'
import { SseCarrier } from './sse-carrier.ts'

const mail = 'jane@example.com'
const result = (inner: string): string =>
  `{"messages":[{"role":"user","content":[{"type":"tool_result","content":[${inner}]}]}]}`
const outward = (body: string): string =>
  Buffer.from(toOutward('message', Buffer.from(body), new FakeMasker())).toString()

function repeated(count: number, one: string): string {
  return Array.from({ length: count }, () => one).join(',')
}

/** Members of objects inside of objects, `count` levels deep. */
function nested(count: number, key: string, innermost: string): string {
  return `{"${key}":`.repeat(count) + innermost + '}'.repeat(count)
}

describe('the work grows with the bytes, and not with their square', () => {
  for (const [what, inner] of [
    ['an input a thousand times', `{${repeated(1000, '"input":1')}}`],
    ['objects with an input each', repeated(1000, '{"name":"n","input":{}}')],
    ['signed text in signed text in signed text', nested(240, 'data', `[${repeated(1000, '{"a":"b"}')}]`)],
  ] as const)
    test(what, (t) => {
      // Counted, not mocked: a mock keeps the stack of every call.
      const nextMember = Object.getOwnPropertyDescriptor(JsonCursor.prototype, 'nextMember')?.value as () => boolean
      t.after(() => void (JsonCursor.prototype.nextMember = nextMember))
      let read = 0
      JsonCursor.prototype.nextMember = function () {
        read++
        return nextMember.call(this)
      }
      outward(result(inner))
      // Once for the members, and at most eight times for what objects say of themselves.
      const members = inner.split(':').length
      const mayRead = 9 * members + 64 * 1024
      assert.ok(read >= members - 1)
      assert.ok(read < mayRead, `${read} of ${mayRead}`)
      mock.reset()
    })
})

test('whoever asks for more than that is not believed: nothing is signed any more, and no tool is given anything back', () => {
  const bytes = Buffer.from(`{"type":"redacted_thinking","name":"n","data":"${mail}","input":{"a":"b"}}`)
  const look = new MemberLook(0)
  const tools: (string | null)[] = []
  const masked = (): number => {
    const masker = new FakeMasker()
    mock.method(masker, 'towards', (tool: string | null) => {
      tools.push(tool)
      return masker
    })
    const cursor = new JsonCursor().reset(bytes, 0, bytes.length)
    const work = { masker, edits: [], look, toResultsUrl: null }
    maskLeaves(cursor, work)
    return work.edits.length
  }
  assert.equal(masked(), 0)
  for (let i = 0; i < 64 * 1024; i += bytes.length) masked()
  assert.equal(masked(), 1)
  assert.deepEqual([tools[0], tools.at(-1)], ['n', null])
})

describe('names that every object of the runtime has', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty'])
    test(name, () => {
      assert.equal(outward(result(`{"${name}":"${mail}"}`)), result(`{"${name}":"${mailMask}"}`))
      const carrier = new SseCarrier()
      const delta = (text: string): Buffer =>
        Buffer.from(`data: {"type":"content_block_delta","index":0,"delta":{"type":"${name}","x":"${text}"}}\n\n`)
      const masker = new FakeMasker()
      const out = [delta('to jane@exam'), delta('ple.com ')].map((chunk) => Buffer.from(carrier.carry(chunk, masker)))
      out.push(Buffer.from(carrier.finish(masker)))
      assert.doesNotMatch(Buffer.concat(out).toString(), /ple\.com/)
    })
})
