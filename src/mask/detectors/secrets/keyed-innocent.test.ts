// corpus/innocent/mask-secrets.json: what programs, settings, logs and people write that only sounds like secrets.

import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
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

test('hashes and ids under names of their own, beside the names of makers', () => {
  const makers = ['datadog', 'heroku', 'circleci', 'facebook', 'segment', 'hubspot', 'okta', 'search']
  const names = ['id', 'sha', 'commit', 'digest', 'build_id', 'revision', 'uuid', 'etag', 'trace', 'version', 'image']
  const values = [
    () => randomUUID(),
    () => createHash('md5').update(randomUUID()).digest('hex'),
    () => createHash('sha1').update(randomUUID()).digest('hex'),
    () => createHash('sha256').update(randomUUID()).digest('hex'),
    () => createHash('sha256').update(randomUUID()).digest('base64'),
  ]
  for (const maker of makers)
    for (const name of names)
      for (const make of values) {
        const text = `${maker} service, ${maker}_${name}: "${make()}" ${name}=${make()}`
        assert.deepEqual(secretsIn(text), [], text)
      }
})
