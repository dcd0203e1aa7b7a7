import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isConfirmation, isHarmlessSetting, isUtf8Name } from './settings.ts'

test('who asks, what a name means and how text is read are not harmless', () => {
  for (const name of [
    'role',
    'session_authorization',
    'search_path',
    'standard_conforming_strings',
    'client_encoding',
    'row_security',
  ])
    assert.ok(!isHarmlessSetting(name), name)
  for (const name of ['DateStyle', 'TimeZone', 'statement_timeout', 'enable_seqscan'])
    assert.ok(isHarmlessSetting(name), name)
})

test('a driver may say what is so already, and nothing besides', () => {
  for (const sql of [
    'SET standard_conforming_strings = on',
    "set session standard_conforming_strings to 'on';",
    "SET client_encoding TO 'UTF8'",
    "SET NAMES 'utf-8'",
  ])
    assert.ok(isConfirmation(sql), sql)
  for (const sql of [
    'SET standard_conforming_strings = off',
    'SET standard_conforming_strings = on; DROP TABLE t',
    'SET standard_conforming_strings = on /* */ ; SET role = dba',
    "SET NAMES 'sjis'",
    'SET client_encoding TO utf8, sjis',
  ])
    assert.ok(!isConfirmation(sql), sql)
})

test('UTF-8 has several names', () => {
  assert.ok(isUtf8Name('UTF8') && isUtf8Name('utf-8') && isUtf8Name('unicode'))
  assert.ok(!isUtf8Name('UTF8x') && !isUtf8Name('auto'))
})
