// Notes that are none: a character that may not stand in one, in its text or in a name, and lines that are no signatures.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeep } from '../../../test/harness/depth.ts'
import { isNoteName } from './note-key.ts'
import { parseNote } from './note.ts'

const line = '— gw.example.com AAAAAAE=\n'
/** All of them, or those that some standard calls a control or a space, and of the rest a few from everywhere. */
const characters = Array.from({ length: 0x1_0000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .filter((code) => isDeep || code < 0x100 || code % 97 === 0 || /[\s\p{Cc}\p{Cf}]/u.test(String.fromCharCode(code)))

test('a text may have every character but the controls of ASCII, of which only newlines may stand in it', () => {
  for (const code of characters) {
    const isControl = code < 0x20 || code === 0x7f
    const parsed = parseNote(`origin${String.fromCharCode(code)}x\n\n${line}`)
    assert.equal(parsed !== null, !isControl || code === 10, code.toString(16))
  }
})

test('a name has no space of any kind, no plus sign and no control character', () => {
  for (const code of characters) {
    const character = String.fromCharCode(code)
    const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f)
    const isSpace = character.trim() === ''
    assert.equal(isNoteName(`a${character}b`), !isControl && !isSpace && character !== '+', code.toString(16))
  }
  assert.ok(!isNoteName('') && !isNoteName('\ud800'))
})

test('what is no note', () => {
  assert.notEqual(parseNote(`origin\n\n${line}`), null)
  for (const [why, note] of [
    ['no signature', 'origin\n'],
    ['no empty line', `origin\n${line}`],
    ['no newline at the end', `origin\n\n${line.slice(0, -1)}`],
    ['a line that is no signature', `origin\n\n${line}gw.example.com AAAAAAE=\n`],
    ['a name with a plus sign', 'origin\n\n— gw+example AAAAAAE=\n'],
    ['a key without a signature', 'origin\n\n— gw.example.com AAAAAA==\n'],
    ['no Base64', 'origin\n\n— gw.example.com AAAA*AE=\n'],
    ['a lone surrogate', `origin\ud800\n\n${line}`],
    ['more signatures than anybody needs', `origin\n\n${line.repeat(101)}`],
    ['more than a note may be', `${'x'.repeat(1_000_000)}\n\n${line}`],
  ] as const)
    assert.equal(parseNote(note), null, why)
  assert.equal(parseNote(`origin\n\n${line.repeat(100)}`)?.signatures.length, 100)
})
