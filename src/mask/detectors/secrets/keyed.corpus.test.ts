import assert from 'node:assert/strict'
import test from 'node:test'
import { newMasking } from '../../../../test/harness/masking.ts'
import { parsePattern } from '../../engine/pattern.ts'
import { businessKeyDetectors } from './keyed-business.ts'
import { developerKeyDetectors } from './keyed-developer.ts'
import { operator } from './keyed-names.ts'
import { serviceKeyDetectors } from './keyed-services.ts'

/** What looks like a secret is written in two, so that nobody takes this file for a place of secrets. */
const joined = (...parts: readonly string[]): string => parts.join('')

const detectors = [...developerKeyDetectors, ...businessKeyDetectors, ...serviceKeyDetectors]
const masking = newMasking({ detectors })

/** A value of the pattern: at every place the letters of `order` in turn, the shortest way. */
function sampleOf(pattern: string): string {
  const order = 'k7Bq2Zf9Xw3Rm5Tc8Hj4Ld6Np1Vs0aGyEuKxQbWzPrYt'
  const { nodes, start } = parsePattern(pattern)
  let text = ''
  for (let at = start; at >= 0;) {
    const node = nodes[at]
    if (node === undefined) break
    if (node.set === null) {
      at = node.other === -2 ? node.next : node.other
      continue
    }
    const { set } = node
    const allowed = Array.from(order).filter((letter) => set[letter.charCodeAt(0)] === 1)
    text +=
      allowed.length === 0 ? String.fromCharCode(set.indexOf(1)) : (allowed[(text.length * 7) % allowed.length] ?? '')
    at = node.next
  }
  return text
}

const found = (text: string): string[] =>
  masking.scan(text).map((one) => `${one.class} ${text.slice(one.start, one.end)}`)

test('there are at least eighty kinds, each with an id and a class of its own', () => {
  assert.ok(detectors.length >= 80, String(detectors.length))
  assert.equal(new Set(detectors.map((one) => one.id)).size, detectors.length)
  assert.equal(new Set(detectors.map((one) => one.dataClass)).size, detectors.length)
  for (const one of detectors) assert.match(one.dataClass, /^secret\/[a-z0-9-]{3,64}$/)
})

for (const detector of detectors) {
  const alone = newMasking({ detectors: [detector] })
  const value = sampleOf(detector.pattern.slice(operator.length))
  const maker = detector.words?.[0] ?? ''

  test(`${detector.dataClass}: the maker's name beside it, and the whole value alone`, () => {
    for (const text of [`${maker}_token = "${value}"`, `export ${maker.toUpperCase()}_KEY=${value}`]) {
      const at = text.indexOf(value)
      assert.deepEqual(
        alone.scan(text).map((one) => [one.class, one.start, one.end]),
        [[detector.dataClass, at, at + value.length]],
        text,
      )
    }
    assert.equal(alone.scan(`${maker}:\n  api_key: ${value}`).length, 1)
    for (const text of [`token = "${value}"`, value, `${maker}_hash = ${value}`, `${maker}_url: "${value}"`])
      assert.deepEqual(alone.scan(text), [], text)
    assert.deepEqual(alone.scan(`${maker}_token = "${value}${value.slice(-1).repeat(100)}"`), [])
  })
}

const hexKey = joined('9f8e7d6c5b4a3928', '1706f5e4d3c2b1a0')
const uuid = joined('6ba7b810-9dad-41d1', '-80b4-00c04fd430c8')

test('every way to write an assignment', () => {
  for (const text of [
    `datadog_api_key: ${hexKey}`,
    `datadog_api_key: |\n  ${hexKey}`,
    `datadog_api_key: |-\r\n    ${hexKey}\r\n`,
    `datadog_api_key: >2\n  ${hexKey}`,
    `"datadogApiKey" => "${hexKey}"`,
    `datadogKey := \`${hexKey}\``,
    `$datadogKey .= "${hexKey}"`,
    `var datadogKey string = "${hexKey}"`,
    `DATADOG_KEY ?= ${hexKey}`,
    `datadog_key :::= "${hexKey}"`,
    `<datadogKey>\n    ${hexKey}\n</datadogKey>`,
    `System.setProperty("DATADOG_KEY", "${hexKey}")`,
    `{"config.ini": "DATADOG_KEY=${hexKey}\\nDEBUG=true"}`,
    `- name: DATADOG_KEY\n  value: ${hexKey}`,
    `Datadog key: ${hexKey}`,
  ])
    assert.deepEqual(found(text), [`secret/datadog-api-key ${hexKey}`], text)
})

test('what stands beside a maker and is no secret', () => {
  for (const text of [
    `heroku_app_id = ${uuid}`,
    `heroku_uuid: ${uuid}`,
    'discord_channel_id=741170703584118378',
    'asana_task: 1203456789012345',
    'discord=00000000000000000000000000000000',
    `datadog commit = ${hexKey}`,
    `datadog_key = ${'ab'.repeat(16)}`,
    `linkedin_page_token = ${hexKey.slice(0, 16)}`,
    `datadog_key_hash=${hexKey}`,
    `lobby_token = test_${hexKey}abc`,
    'linkedin_token = companyprofile',
    'linkedin_token = dienstleistungen',
    `datadog_api_key: see below |\n  ${hexKey}`,
    'datadog_api_key = ${DATADOG_API_KEY_OF_PRODUCTION}',
    `rookTable = 00${hexKey}${hexKey.slice(0, 8)}`,
  ])
    assert.deepEqual(found(text), [], text)
})

test('an id counts where a client has it', () => {
  assert.deepEqual(found('asana_client_id: 1203456789012345'), ['secret/asana-client-id 1203456789012345'])
  assert.deepEqual(found('discord_client_id: 741170703584118378'), ['secret/discord-client-id 741170703584118378'])
})
