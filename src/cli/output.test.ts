// What was recorded is shown to people who decide by it: it is neither obeyed by their terminal nor taken for a line of ours.

import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { printJson, printTable, toSafeLine, toSafeText } from './output.ts'

function told(t: TestContext, say: () => void): string {
  let text = ''
  const write = t.mock.method(process.stdout, 'write', (chunk: string) => {
    text += chunk
    return true
  })
  say()
  write.mock.restore()
  return text
}

test('a cell cannot begin a row of its own, and moves no cursor', (t) => {
  const rows = [{ name: 'x\nses_FORGED  admin', label: 'a\u001b[2J\u009b31m\u202eb\u2028c\r' }]
  const text = told(t, () =>
    printTable(rows, [
      { title: 'NAME', of: (row) => row.name },
      { title: 'LABEL', of: (row) => row.label },
    ]),
  )
  assert.deepEqual(text.split('\n').slice(1), ['x ⏎ ses_FORGED  admin  a␛[2J\ufffd31m\ufffdb ⏎ c␍', ''])
})

test('a line stays one line; a text keeps its lines and nothing else that a terminal obeys', () => {
  assert.equal(toSafeLine('a\n\nb\u2029c'), 'a ⏎ b ⏎ c')
  assert.equal(toSafeText('a\n\tb\u0085\u007f\u2066'), 'a\n\tb\ufffd\ufffd\ufffd')
})

test('JSON says the same to a program and nothing to a terminal', (t) => {
  const value = { a: 'x\u009b2J\u202e\u0007', b: ['é€𝄞'] }
  const text = told(t, () => printJson(value))
  assert.equal(text, '{"a":"x\\u009b2J\\u202e\\u0007","b":["é€𝄞"]}\n')
  assert.deepEqual(JSON.parse(text), value)
})
