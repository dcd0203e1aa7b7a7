import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkParseSchema } from '@cedar-policy/cedar-wasm/nodejs'
import { modelVocabulary, recordVocabulary, sqlVocabulary } from './testing/world.ts'
import { actionGroups, toSchema } from './schema.ts'

const all = [sqlVocabulary, modelVocabulary, recordVocabulary]

test('the schema is one that Cedar takes, in every way of reading time', () => {
  for (const time of ['never', 'hour', 'now'] as const) {
    const schema = toSchema(all, time)
    assert.deepEqual(checkParseSchema(schema), { type: 'success' })
    const context = JSON.stringify(schema['']?.actions['connect'])
    assert.deepEqual([context.includes('"hour"'), context.includes('"now"')], [time !== 'never', time === 'now'])
  }
})

test('plug-ins may share words when they agree on them', () => {
  assert.deepEqual(toSchema([sqlVocabulary, sqlVocabulary], 'never'), toSchema([sqlVocabulary], 'never'))
  assert.deepEqual(actionGroups(all).get('sql:update'), ['sql:write'])
  assert.deepEqual(actionGroups(all).get('connect'), [])
})

test('plug-ins that contradict each other, or take words that are taken, do not start', () => {
  const wrong = [
    [sqlVocabulary, { ...sqlVocabulary, actions: { 'sql:select': { memberOf: ['sql:write'] } } }],
    [sqlVocabulary, { ...sqlVocabulary, attributes: {} }],
    [{ ...sqlVocabulary, contextKey: 'now' }],
    [{ ...sqlVocabulary, actions: { connect: { memberOf: [] } } }],
    [{ ...sqlVocabulary, actions: { 'sql:x': { memberOf: ['view'] } } }],
    [{ ...sqlVocabulary, actions: { a: { memberOf: ['b'] }, b: { memberOf: [] } } }],
  ]
  for (const fragments of wrong)
    assert.throws(() => toSchema(fragments, 'never'), {
      code: 'internal',
      message: 'internal: The gateway failed; nothing was passed.',
    })
})
