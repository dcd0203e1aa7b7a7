import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isHarmlessSetting, isUtf8Name } from './settings.ts'

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

test('UTF-8 has several names', () => {
  assert.ok(isUtf8Name('UTF8') && isUtf8Name('utf-8') && isUtf8Name('unicode'))
  assert.ok(!isUtf8Name('UTF8x') && !isUtf8Name('auto'))
})
