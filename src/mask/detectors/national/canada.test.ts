import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass, otherDigits } from '../../../../test/harness/one-class.ts'
import { canadaDetectors } from './canada.ts'

const { found, asked } = oneClass(canadaDetectors, 'pii/ca-sin')

test('a social insurance number has its check digit, and needs a word', () => {
  for (const text of ['163989072', '543 611 297', '783-263-668', '972279509']) {
    assert.deepEqual(found(text), [], text)
    assert.deepEqual(asked(text), [text])
    for (const word of ['SIN:', 'my sin is', 'Social Insurance', 'mon NAS:', "numéro d'assurance sociale"])
      assert.deepEqual(found(`${word} ${text}.`), [text], word)
    for (const field of ['sin', 'SIN', 'employee_sin', 'sinNumber', 'nas'])
      assert.deepEqual(found(text, field), [text], field)
    for (const other of otherDigits(text, text.length - 1)) assert.deepEqual(asked(`SIN ${other}`), [], other)
  }
})

test('what was never given, a mixture or a piece is none', () => {
  // Their check digits fit.
  for (const text of ['044486918', '808854517', '046 454 286']) assert.deepEqual(asked(`SIN ${text}`), [], text)
  for (const text of ['543 611-297', '1 543 611 297', '2-543-611-297', '543611297-1', '5436112975', '000000000'])
    assert.deepEqual(asked(`SIN ${text}`), [], text)
})

test('words that only begin so do not speak for it', () => {
  for (const text of ['since 543 611 297', 'single 543611297', 'NASA 543611297'])
    assert.deepEqual(found(text), [], text)
  assert.deepEqual(found('543611297', 'since'), [])
})
