import assert from 'node:assert/strict'
import test from 'node:test'
import { isDeep } from '../../../test/harness/depth.ts'
import { itself, meaningOf, nothing, pairs } from './signs.ts'

const utf8 = new TextEncoder()

/** Ideographs, syllables, private use and what is not assigned: `npm test` looks at all, the check at one here and there. */
const isOfMany = (code: number): boolean => (code >= 0x3400 && code < 0xf900) || (code >= 0x2_0000 && code < 0xe_0000)

function* characters(to: number): Iterable<[code: number, character: string]> {
  for (let code = 0x80; code < to; code++) {
    const isSurrogate = code >= 0xd800 && code <= 0xdfff
    if (!isSurrogate && (isDeep || !isOfMany(code) || code % 61 === 0)) yield [code, String.fromCodePoint(code)]
  }
}

test('digits below U+2000, spaces and dashes are what Unicode says they are', () => {
  for (const [code, character] of characters(0x2000))
    if (/\p{Nd}/u.test(character)) {
      // Ten in a row: the value is how many stand before it.
      let value = 0
      while (
        /\p{Nd}/u.test(String.fromCodePoint(code - value - 1)) &&
        value < 9 &&
        meaningOf(code - value - 1) !== 0x39
      )
        value++
      assert.equal(meaningOf(code), 0x30 + value, code.toString(16))
    }
  for (const [code, character] of characters(0x1_0000)) {
    if (/\p{Zs}/u.test(character)) assert.equal(meaningOf(code), 0x20, code.toString(16))
    if (/\p{Pd}/u.test(character)) assert.equal(meaningOf(code), 0x2d, code.toString(16))
  }
})

test('what has no width means nothing; almost everything else is itself', () => {
  for (const [code, character] of characters(0xe_1000)) {
    if (/\p{DI}/u.test(character) && (code < 0x1_0000 || code >= 0xe_0000))
      assert.equal(meaningOf(code), nothing, code.toString(16))
    if (/[\p{Lo}\p{Emoji_Presentation}]/u.test(character) && !/\p{DI}/u.test(character))
      assert.equal(meaningOf(code), itself, code.toString(16))
  }
  for (const sign of '²①ⅳ½äßαж€“”…•') assert.equal(meaningOf(sign.codePointAt(0) ?? 0), itself, sign)
})

test('forms of ASCII for width and for mathematics are ASCII', () => {
  for (const [written, plain] of [
    ['ＡＺａｚ０９＠．', 'AZaz09@.'],
    ['𝐚𝟗𝓩𝟎', 'a9Z0'],
    ['﹫﹒﹣', '@.-'],
    ['․。｡', '...'],
  ] as const)
    assert.equal(String.fromCharCode(...Array.from(written, (sign) => meaningOf(sign.codePointAt(0) ?? 0))), plain)
})

test('the first two bytes tell of every character that means another', () => {
  for (const [code, character] of characters(0xe_1000)) {
    if (meaningOf(code) === itself) continue
    const [first = 0, second = 0] = utf8.encode(character)
    assert.equal(pairs[(first << 8) | second], 1, code.toString(16))
  }
  assert.ok(pairs.reduce((sum, one) => sum + one) < 200, 'most pairs are of none')
})
