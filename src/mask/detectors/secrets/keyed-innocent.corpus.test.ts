// corpus/innocent/mask-secrets.json: what programs, settings, logs and people write that only sounds like secrets.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { newMasking } from '../../../../test/harness/masking.ts'

const masking = newMasking()
const file = new URL('../../../../corpus/innocent/mask-secrets.json', import.meta.url)
const secretsIn = (text: string): string[] =>
  masking.scan(text).flatMap((one) => (one.class.startsWith('secret/') ? [`${one.class} at ${one.start}`] : []))

test('corpus/innocent/mask-secrets.json', () => {
  const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly input: string; readonly why: string }[]
  assert.ok(rows.length >= 50)
  for (const { input, why } of rows) assert.deepEqual(secretsIn(input), [], why)
})

let made = 0

/** The same ones in every run. */
function nextUuid(): string {
  const hex = createHash('sha256').update(`innocent ${made++}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

test('hashes and ids under names of their own, beside the names of makers', () => {
  const makers = ['datadog', 'heroku', 'circleci', 'facebook', 'segment', 'hubspot', 'okta', 'search']
  const names = ['id', 'sha', 'commit', 'digest', 'build_id', 'revision', 'uuid', 'etag', 'trace', 'version', 'image']
  const values = [
    () => nextUuid(),
    () => createHash('md5').update(nextUuid()).digest('hex'),
    () => createHash('sha1').update(nextUuid()).digest('hex'),
    () => createHash('sha256').update(nextUuid()).digest('hex'),
    () => createHash('sha256').update(nextUuid()).digest('base64'),
  ]
  for (const maker of makers)
    for (const name of names)
      for (const make of values) {
        const text = `${maker} service, ${maker}_${name}: "${make()}" ${name}=${make()}`
        assert.deepEqual(secretsIn(text), [], text)
      }
})
