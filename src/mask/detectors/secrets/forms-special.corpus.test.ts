import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import test from 'node:test'
import { newMasking } from '../../../../test/harness/masking.ts'
import { secretFormDetectors } from './index.ts'

const masking = newMasking({ detectors: secretFormDetectors })

/** Class and text of all that is found. */
const found = (text: string): string[] =>
  masking.scan(text).map((one) => `${one.class} ${text.slice(one.start, one.end)}`)

// Written in parts, so that nobody who searches this repository for secrets finds one.
const base62 = ['k7Bq2Zf9Xw3Rm5Tc8Hj4', 'Ld6Np1Vs0aGyEuKxQbWz', 'PrYtMn4Ck8Jh2Gd6Fs1A', 'q9We5Rt3Yu7Io0PlKj'].join('')
const hex = ['9f8e7d6c5b4a3928', '1706f5e4d3c2b1a0', 'a1b2c3d4e5f60718'].join('')
const uuid = ['6ba7b810-9dad-41d1', '80b4-00c04fd430c8'].join('-')

test('only the value goes where a name stands before it', () => {
  const account = `${base62}${base62}`.slice(0, 86) + '=='
  assert.deepEqual(found(`AccountName=a;AccountKey=${account};EndpointSuffix=x`), [
    `secret/azure-storage-account-key ${account}`,
  ])
  const shared = `${base62.slice(0, 43)}=`
  assert.deepEqual(found(`SharedAccessKeyName=Root;SharedAccessKey=${shared}`), [
    `secret/azure-shared-access-key ${shared}`,
  ])
  assert.deepEqual(found(`https://a.blob.core.windows.net/c?sv=2024&sig=${base62.slice(0, 43)}%3D&se=1`), [
    `secret/azure-sas-signature ${base62.slice(0, 43)}%3D`,
  ])
  assert.deepEqual(found(`https://example.com/?design=1&sig=abc&signature=${base62.slice(0, 43)}=`), [])
  assert.deepEqual(found('kubeadm join 10.0.0.1:6443 --token 07401b.f395accd246ae52d --discovery-token-unsafe'), [
    'secret/kubernetes-bootstrap-token 07401b.f395accd246ae52d',
  ])
  assert.deepEqual(found('token: config.resourcemanagers'), [])
  assert.deepEqual(found(`secret-token:${base62.slice(0, 20)}`), [`secret/secret-token-uri ${base62.slice(0, 20)}`])
})

test('a key of the Claude API of a known length has its known end; of another length it may end as it likes', () => {
  const body = `${base62}-${base62}`.slice(0, 93)
  assert.equal(found(`sk-ant-api03-${body}AA`).length, 1)
  assert.deepEqual(found(`sk-ant-api03-${body}BB`), [])
  assert.equal(found(`sk-ant-api03-${body}BBB`).length, 1)
  assert.deepEqual(found(`sk-ant-admin01-${body}AB`), [])
  assert.equal(found(`sk-ant-oat01-${body}BB`).length, 1)
})

test("a key of Google's own samples opens nothing", () => {
  const published = ['AIza', 'SyDMAScliyLx7F', '0NPDEJi1QmyCgHIAODrlU'].join('')
  assert.deepEqual(found(published), [])
  assert.deepEqual(found(published.replace('SyDMAS', 'SyDMAT')), [
    `secret/google-api-key ${published.replace('SyDMAS', 'SyDMAT')}`,
  ])
  assert.deepEqual(found(`${published}x`), [])
})

test('a bot of Discord has the number of an account before the first dot', () => {
  const rest = `.Gx7k2Q.${base62.slice(0, 38)}`
  const account = Buffer.from('741170703584118378').toString('base64')
  assert.deepEqual(found(`${account}${rest}`), [`secret/discord-bot-token ${account}${rest}`])
  assert.deepEqual(found(`${Buffer.from('A letter, not one.').toString('base64').replace(/^./, 'N')}${rest}`), [])
})

/** A seed of Stellar over these 32 bytes (SEP-23), computed anew. */
function stellarSeed(secret: Uint8Array): string {
  const payload = [0x90, ...secret]
  let crc = 0
  for (const byte of payload)
    for (let i = 7; i >= 0; i--) {
      const top = (crc >>> 15) ^ ((byte >>> i) & 1)
      crc = ((crc << 1) & 0xffff) ^ (top === 1 ? 0x1021 : 0)
    }
  let number = 0n
  for (const byte of [...payload, crc & 0xff, crc >>> 8]) number = number * 256n + BigInt(byte)
  let text = ''
  for (let i = 0; i < 56; i++, number /= 32n) text = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number(number % 32n)] + text
  return text
}

test('a seed of Stellar carries a checksum', () => {
  const seed = stellarSeed(Uint8Array.from({ length: 32 }, (_, i) => i * 37 + 11))
  assert.match(seed, /^S[A-Z2-7]{55}$/)
  assert.deepEqual(found(seed), [`secret/stellar-secret-seed ${seed}`])
  const last = seed.at(-1) === 'A' ? 'B' : 'A'
  assert.deepEqual(found(seed.slice(0, -1) + last), [])
  assert.deepEqual(found(seed.slice(0, 20) + (seed[20] === 'A' ? 'B' : 'A') + seed.slice(21)), [])
})

test('tokens in JSON, as they are, with blanks, and encoded once more', () => {
  const part = (text: string): string => Buffer.from(text).toString('base64url')
  const token = `${part('{"alg":"HS256"}')}.${part('{"sub":"1234567890"}')}.${base62.slice(0, 43)}`
  assert.deepEqual(found(`x ${token}.`), [`secret/jwt ${token}`])
  const pretty = `${part('{\n  "alg": "HS256"\n}')}.${part('{ "sub": "1234567890" }')}.${base62.slice(0, 43)}`
  assert.match(pretty, /^ew/)
  const spaced = `${part('{ "alg": "HS256", "typ": 1}')}.${part('{ "sub": "1234567890" }')}.${base62.slice(0, 43)}`
  assert.deepEqual(found(`a ${spaced} b`), [`secret/jwt ${spaced}`])
  const twice = Buffer.from(token).toString('base64')
  assert.deepEqual(found(`token: ${twice}`), [`secret/jwt-base64 ${twice}`])
  assert.deepEqual(found(`ZXlK${base62.slice(0, 44)}`), [])
})

test('private keys to their ends; an empty one is none', () => {
  const pem = (inside: string): string => ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' ') + inside
  const end = '-----END RSA PRIVATE KEY-----'
  assert.deepEqual(found(`a\n${pem(`\n${base62}\n`)}${end}\nb`), [`secret/private-key ${pem(`\n${base62}\n`)}${end}`])
  assert.deepEqual(found(pem(end)), [])
  assert.deepEqual(found(`${pem('-')}MIIE`), [`secret/private-key ${pem('-')}MIIE`])
  assert.deepEqual(found(pem('')), [`secret/private-key ${pem('')}`])
  const mac = `Private-MAC: ${hex.slice(0, 40)}`
  const putty = `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n${base62}\n${mac}\n`
  assert.deepEqual(found(`${putty}after`), [`secret/private-key ${putty}`])
})

test('values without a useful bound are found to their ends', () => {
  const long = `${base62}${base62}${base62}${base62}${base62}`
  for (const [dataClass, value] of [
    ['secret/1password-service-account-token', `ops_eyJ${long}=`],
    ['secret/pypi-upload-token', `pypi-AgEIcHlwaS5vcmc${long}`],
    ['secret/flyio-access-token', `fm2_${long}==`],
    ['secret/facebook-page-access-token', `EAAM${long}`],
    ['secret/google-oauth-access-token', `ya29.${long}`],
    ['secret/github-token', `ghs_${long}`],
    ['secret/gitlab-pat', `glpat-${base62.slice(0, 27)}.01.0w1abcdef`],
    ['secret/gitlab-pat', `glpat-${base62.slice(0, 27)}.0w1abcdef`],
  ] as const)
    assert.deepEqual(found(`a ${value}, b`), [`${dataClass} ${value}`], dataClass)
  assert.deepEqual(found(`See glpat-${base62.slice(0, 20)}. Then`), [`secret/gitlab-pat glpat-${base62.slice(0, 20)}`])
})

test('what looks like a secret and is none', () => {
  for (const text of [
    `https://host.notion.site/API-${hex.slice(0, 32).toUpperCase()}`,
    `./img/box.ico-${hex.slice(0, 32)}.png`,
    `MailchimpSDK.initialize(token: ${hex.slice(0, 32)}-us18)`,
    `cache-key-${hex.slice(0, 32)}`,
    `/objects/key-${hex.slice(0, 32)}`,
    `sdk-${uuid}`,
    `xoxb-your-bot-token`,
    `"xoxp-572370529330-573807301142-572331691188-####################"`,
    'o.s.b.f.s.DefaultListableBeanFactory s.AcceptanceTimeoutSeconds ',
    'fw_generateConfigurationFor',
    `sgp_local_d45b6G86${hex.slice(0, 32)}`,
    `aws-cli@sha256:${hex}${hex.slice(0, 16)}`,
    `.atlasv1.${base62.slice(0, 62)}`,
    `ab.atlasv1.${base62.slice(0, 62)}`,
    `https://hook.eu1.make.com/${hex.slice(0, 40)}`,
    `https://ourhooks.zapier.com/hooks/catch/12345/${hex.slice(0, 6)}/`,
    ['AKIA', 'IOSFODNN7EXAMPLE'].join(''),
    'glc_111111111111111111111111111111111111111111=',
    '-----BEGIN PUBLIC KEY-----',
  ])
    assert.deepEqual(found(text), [], text)
  const id = 'a1d54cd76c8f00'
  assert.deepEqual(found(`${id}.atlasv1.${base62.slice(0, 62)}`), [
    `secret/hashicorp-tf-api-token .atlasv1.${base62.slice(0, 62)}`,
  ])
  assert.deepEqual(found(`https://hook.eu1.make.com/${hex.slice(0, 32)}?a=1`), [
    `secret/make-webhook-url hook.eu1.make.com/${hex.slice(0, 32)}`,
  ])
  assert.deepEqual(found(`launchdarkly sdk key: sdk-${uuid}`), [`secret/launchdarkly-access-key sdk-${uuid}`])
  assert.deepEqual(found(`mailchimp = ${hex.slice(0, 32)}-us18`), [`secret/mailchimp-api-key ${hex.slice(0, 32)}-us18`])
})
