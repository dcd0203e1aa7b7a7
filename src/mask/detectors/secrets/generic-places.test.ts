import assert from 'node:assert/strict'
import test from 'node:test'
import { newMasking } from '../../../../test/harness/masking.ts'
import { placedSecretDetectors } from './generic-places.ts'

/** What looks like a secret is written in two, so that nobody takes this file for a place of secrets. */
const joined = (...parts: readonly string[]): string => parts.join('')

const masking = newMasking({ detectors: placedSecretDetectors })
const found = (text: string): string[] => masking.scan(text).map((one) => text.slice(one.start, one.end))

const key = joined('Zf3D0LXCM3EIMbgJ', 'pUNnkRtOfOueHznB')
const password = joined('Sommer', '24!')

test('the argument of a call whose name is that of a secret', () => {
  for (const text of [
    `db.password("${key}")`,
    `builder.setPassword('${password}')`,
    `withToken("${key}")`,
    `.api_key("${key}")`,
  ])
    assert.deepEqual(found(text), [/["'](.+)["']/.exec(text)?.[1]], text)
  for (const text of [
    `getPassword("${password}")`,
    `find_by_token("${key}")`,
    'secret("prod-db-2")',
    'password("confirm2")',
    `title("${key}")`,
    'password("f(x1)2345")',
    `password("${password}`,
  ])
    assert.deepEqual(found(text), [], text)
})

test('the cell beside a name in a table', () => {
  assert.deepEqual(found(`| name | value |\n| --- | --- |\n| DB_PASSWORD | ${password} |\n`), [password])
  assert.deepEqual(found(`| API token | \`${key}\` |`), [key])
  for (const text of [
    `cat api_token | ${key} | wc`,
    '| password | required1 |',
    `| ${key} | api_token |`,
    `| api_token | ${key}`,
    '| token | 12 |',
  ])
    assert.deepEqual(found(text), [], text)
})

test('the words of a command', () => {
  for (const [text, value] of [
    [`FROM x\nENV API_TOKEN ${key}\n`, key],
    [`setx DB_PASSWORD "${password}"`, password],
    [`redis> set db.password ${password}`, password],
  ] as const)
    assert.deepEqual(found(text), [value], text)
  for (const text of [
    'set password policy.v2',
    'set the_token to whatever1',
    `ENV PATH ${key}`,
    `reset api_token ${key}`,
    'SET app_password DEFAULT_1',
  ])
    assert.deepEqual(found(text), [], text)
})
