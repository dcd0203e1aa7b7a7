// corpus/mask: what goes in, what must come out, why. And the labelled development cases: how many values of a class are
// found, and how often something is found that is none.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { cut, maskPieces, maskValue, newMasking, toBytes } from '../../test/harness/masking.ts'
import type { FieldContext } from '../kernel/action.ts'

const folder = new URL('../../corpus/mask/', import.meta.url)

interface Row {
  readonly input: string
  readonly expected: string
  readonly why: string
  readonly field?: string
  readonly content?: 'text' | 'json'
}

function readRows(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
}

const masking = newMasking()

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  test(`corpus/mask/${file}`, () => {
    for (const row of readRows(file) as readonly Row[]) {
      const field: FieldContext = { name: row.field ?? null, content: row.content ?? 'text' }
      assert.equal(maskValue(masking, row.input, field).text, row.expected, row.why)
      const halves = cut(toBytes(row.input), [Math.floor(row.input.length / 2)])
      assert.equal(maskPieces(masking, halves, field).text, row.expected, `${row.why}, in two pieces`)
    }
  })
}

for (const name of ['token', 'redact', 'replace', 'partial', 'hash'] as const)
  test(`what came out of corpus/mask stays as it is when it is masked again: ${name}`, () => {
    const operators = { 'pii/*': name, 'pci/*': name, 'phi/*': name, 'secret/*': name }
    const again = name === 'token' ? masking : newMasking({ operators })
    for (const file of readdirSync(folder).filter((one) => one.endsWith('.json')))
      for (const row of readRows(file) as readonly Row[]) {
        const field: FieldContext = { name: row.field ?? null, content: row.content ?? 'text' }
        const masked = maskValue(again, row.input, field).text
        // A field whose name says secret is masked whole, whatever is in it.
        if (row.field !== undefined && masked.startsWith('[')) continue
        assert.equal(maskValue(again, masked, field).text, masked, row.input)
      }
  })

interface LabelledValue {
  readonly class: string
  readonly text: string
  /** null: found or not, somewhere. */
  readonly spans: readonly (readonly [number, number])[] | null
  readonly tier: 'strong' | 'weak' | 'negative' | 'unknown'
}

const labelled = readdirSync(new URL('labelled/', folder))
  .filter((name) => name.startsWith('values'))
  .flatMap((name) => readRows(`labelled/${name}`) as readonly LabelledValue[])

test('of the labelled values at least 97 % are found, exactly, and at most 3 % of what is none', () => {
  const missed: string[] = []
  const wrong: string[] = []
  let spans = 0
  for (const row of labelled) {
    const found = masking.scan(row.text, [row.class])
    if (row.tier === 'negative' && found.length > 0) wrong.push(row.text)
    if (row.tier !== 'strong') continue
    for (const [start, end] of row.spans ?? []) {
      spans++
      if (!found.some((one) => one.start === start && one.end === end)) missed.push(`${row.class}: ${row.text}`)
    }
  }
  const negatives = labelled.filter((row) => row.tier === 'negative').length
  assert.ok(spans > 290 && negatives > 200, `${spans} and ${negatives}`)
  assert.ok(missed.length <= spans * 0.03, `missed ${missed.length} of ${spans}: ${missed.join(' | ')}`)
  assert.ok(wrong.length <= negatives * 0.03, `wrong ${wrong.length} of ${negatives}: ${wrong.join(' | ')}`)
})

interface LabelledSentence {
  readonly text: string
  readonly spans: readonly (readonly [number, number, string])[]
}

test('in sentences every card, address, number of a person and account is found, and most telephone numbers', () => {
  const recall = new Map<string, { found: number; all: number }>()
  for (const { text, spans } of readRows('labelled/sentences.json') as readonly LabelledSentence[]) {
    const found = masking.scan(text)
    for (const [start, end, dataClass] of spans) {
      const counted = recall.get(dataClass) ?? { found: 0, all: 0 }
      counted.all++
      if (found.some((one) => one.start <= start && one.end >= end)) counted.found++
      recall.set(dataClass, counted)
    }
  }
  for (const [dataClass, { found, all }] of recall) {
    const least = dataClass === 'pii/phone' ? 0.75 : 1
    assert.ok(found >= all * least, `${dataClass}: ${found} of ${all}`)
  }
})
