// What earlier turns came to is used again: never to another end than computing it would have, and never for somebody else.

import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { runs } from '../../../test/harness/depth.ts'
import { newMasking, toBytes, toText } from '../../../test/harness/masking.ts'
import { plainText, type FieldContext } from '../../kernel/action.ts'
import type { Masker, Pseudonyms } from '../../kernel/masker.ts'
import type { Masking } from '../index.ts'
import type { View } from '../masking.ts'
import { Conversation, PromptMemory } from './prompt-memory.ts'

const never = (): boolean => false
const always = (): boolean => true
const mail = 'alice@example.com'
const card = '4111 1111 1111 1111'
const password: FieldContext = { name: 'password', content: 'text' }

interface Said {
  readonly text: string
  readonly field: FieldContext
}

const exchangeOf = (masking: Masking, discloses: View = never): Pseudonyms =>
  masking.pseudonyms({ discloses, restores: () => always })

function show(masker: Masker, { text, field }: Said): string {
  const bytes = toBytes(text)
  const shown = masker.value(bytes, 0, bytes.length, field)
  return shown === null ? text : toText(shown)
}

const plain = (text: string): Said => ({ text, field: plainText })
const shown = (masking: Masking, text: string, discloses: View = never): string =>
  show(exchangeOf(masking, discloses).outward, plain(text))

/** What goes out of a request, and what comes back when all of it is said again. */
function turn(masking: Masking, texts: readonly Said[]): readonly string[] {
  const exchange = exchangeOf(masking)
  const sent = texts.map((one) => show(exchange.outward, one))
  return [...sent, ...sent.map((one) => show(exchange.restoring(masking.open(always)), plain(one)))]
}

const piece = fc.constantFrom(mail, card, 'bob@example.com', '+1 415 555 2671', 'password=hunter2!x', '４１１１ 1111 1111 1111', 'aG1tbSBhbGljZUBleGFtcGxlLmNvbSBobW1t', ' ', ' to ', '\n', 'x', '_') // prettier-ignore
const text = fc.array(piece, { maxLength: 6 }).map((some) => some.join(''))
const said = fc.record({
  text,
  field: fc.constantFrom(plainText, password, { name: 'note', content: 'text' } as const),
})

test('turn after turn the same as for one who remembers nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.array(said, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }), (turns) => {
      const masking = newMasking()
      const before: Said[] = []
      for (const added of turns) {
        before.push(...added)
        assert.deepEqual(turn(masking, before), turn(newMasking(), before))
        // And what another conversation began with is of no use to this one.
        assert.deepEqual(turn(masking, before.slice(1)), turn(newMasking(), before.slice(1)))
      }
    }),
    { numRuns: runs(60) },
  )
})

test('who may show a class has it shown, whatever was said for others before', () => {
  const masking = newMasking()
  const showsMail = (dataClass: string): boolean => dataClass === 'pii/email'
  assert.match(shown(masking, mail), /^EMAIL/)
  assert.equal(shown(masking, mail, showsMail), mail)
  assert.match(shown(masking, mail), /^EMAIL/)
})

test('what a rule lets through until a day is masked from that day on', () => {
  let nowMs = Date.parse('2026-12-31T23:59:59Z')
  const rule = { id: 'r', class: 'pii/email', reason: 'it is nobody', owner: 'data team', expires: '2027-01-01' }
  const masking = newMasking({ ignore: [rule], clock: { nowMs: () => nowMs, upMs: () => 0 } })
  assert.equal(shown(masking, mail), mail)
  nowMs += 2_000
  assert.match(shown(masking, mail), /^EMAIL/)
})

test('a text counts with its field and with every text before it', () => {
  const keys = [['a', 'b'], ['ab', ''], ['', 'ab'], ['b', 'a'], ['b']].map((texts) => {
    const conversation = new Conversation('rules')
    return texts.map((one) => conversation.follow(toBytes(one), plainText)).at(-1)
  })
  const fields = (['text', 'json'] as const).flatMap((content) =>
    [null, '', 'note'].map((name) => new Conversation('rules').follow(toBytes('b'), { name, content })),
  )
  const other = new Conversation('others').follow(toBytes('b'), plainText)
  const all = [...keys, ...fields.slice(1), other]
  assert.equal(fields[0], keys.at(-1))
  assert.equal(new Set(all).size, all.length)
})

test('so much is kept and no more; what was used last stays', () => {
  const memory = new PromptMemory()
  const masked = new Uint8Array(1024 * 1024)
  for (let i = 0; i < 40; i++) {
    memory.keep(`${i}`, { masked, firstSeen: [] })
    assert.ok(memory.get('0') !== undefined, `${i}`)
  }
  const kept = Array.from({ length: 40 }, (_, i) => i).filter((i) => memory.get(`${i}`) !== undefined)
  assert.deepEqual([kept.length, kept[0], kept[1]], [31, 0, 10])
  const firstSeen = Array.from({ length: 1_000 }, () => ({ token: 'EMAIL', dataClass: 'pii/email', start: 0, end: 9 }))
  for (let i = 0; i < 400; i++) memory.keep(`seen ${i}`, { masked: null, firstSeen })
  for (const gone of ['39', 'seen 0']) assert.ok(memory.get(gone) === undefined, gone)
  assert.ok(memory.get('seen 399') !== undefined)
})
