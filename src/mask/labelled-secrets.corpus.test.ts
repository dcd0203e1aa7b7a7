// The labelled secrets of corpus/mask: how many are hidden in all their characters, and how many of the texts that only
// look like it are left alone.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { gunzipSync } from 'node:zlib'
import { size } from '../../test/harness/depth.ts'
import { newMasking } from '../../test/harness/masking.ts'

interface LabelledSecret {
  readonly rule: string
  readonly text: string
  readonly positive: boolean
  readonly spans?: readonly (readonly [number, number])[]
}

const file = new URL('../../corpus/mask/labelled/secrets.json.gz', import.meta.url)
const labelled = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as readonly LabelledSecret[]

/** In the check each so many of them; a defect of weight shows in these, too. */
const every = size(1, 3)

test('at least 97 % of the labelled secrets are hidden, and at most 5 % of what is none', () => {
  const masking = newMasking()
  const classes = masking.classes.filter((one) => one.startsWith('secret/'))
  const missed: string[] = []
  const wrong: string[] = []
  let secrets = 0
  const looked = labelled.filter((_one, i) => i % every === 0)
  for (const { rule, text, positive, spans } of looked) {
    const found = masking.scan(text, classes)
    if (!positive && found.length > 0) wrong.push(`${rule}: ${text.slice(0, 80)}`)
    if (!positive) continue
    for (const [start, end] of spans ?? []) {
      secrets++
      let hidden = start
      for (const one of found) if (one.start <= hidden) hidden = Math.max(hidden, one.end)
      if (hidden < end) missed.push(`${rule}: ${text.slice(0, 80)}`)
    }
  }
  const negatives = looked.filter(({ positive }) => !positive).length
  assert.ok(secrets > 1_200 / every && negatives > 100 / every, `${secrets} and ${negatives}`)
  assert.ok(missed.length <= secrets * 0.03, `missed ${missed.length} of ${secrets}: ${missed.join(' | ')}`)
  assert.ok(wrong.length <= negatives * 0.05, `wrong ${wrong.length} of ${negatives}: ${wrong.join(' | ')}`)
})
