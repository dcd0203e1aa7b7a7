import assert from 'node:assert/strict'
import test from 'node:test'
import { newMasking } from '../../../../test/harness/masking.ts'
import { containerSecretDetectors } from './keyed-containers.ts'
import { fileSecretDetectors } from './keyed-files.ts'

/** What looks like a secret is written in two, so that nobody takes this file for a place of secrets. */
const joined = (...parts: readonly string[]): string => parts.join('')

const masking = newMasking({ detectors: [...containerSecretDetectors, ...fileSecretDetectors] })
const found = (text: string): string[] =>
  masking.scan(text).map((one) => `${one.class.slice(7)} ${text.slice(one.start, one.end)}`)

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const password = joined('Sommer', '24!')
const seed = joined('JBSWY3DPEHPK3PXP', 'JBSWY3DP')
const hash = joined('$2b$12$', 'EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW')
const [first, last] = [base64('admin'), base64('s3cr3t-of-mine')]
const header = (kind: string): string => base64(`-----BEGIN ${kind}-----\nMIIEpAIBAAKCAQEA0`)

const rows: readonly (readonly [string, readonly string[]])[] = [
  [`machine api.example.org login bob password ${password}`, [`netrc-password ${password}`]],
  ['machine learning needs a login, not a password1', []],
  [`db.internal:5432:shop:app:${password}`, [`pgpass ${password}`]],
  [`*:5433:*:app:${password}\n`, [`pgpass ${password}`]],
  ['src/a.ts:54:foo:bar:baz1', []],
  ["fromWildcard('2001:db8:*:*:*:*:*:*')", []],
  [`Server=db;User Id=app;Password=my ${password};Encrypt=true`, [`connection-string-password my ${password}`]],
  [`"Driver={X};Uid=app;Pwd=${password}"`, [`connection-string-password ${password}`]],
  ['Server=db;Password={0};Encrypt=true', []],
  ['host = x; password = getpass.getpass', []],
  [`otpauth://totp/ACME:bob?secret=${seed}&issuer=ACME`, [`totp-secret ${seed}`]],
  [`mysql -u root -p${password} shop`, [`command-password ${password}`]],
  [`sshpass -p '${password} x' ssh h`, [`command-password ${password} x`]],
  ['mysql -u root -p shop', []],
  ['mysql --version; mkdir -pv8/x', []],
  ['mkdir -p foo/bar && ssh -p2222 host', []],
  [hash, [`password-hash ${hash}`]],
  ['costs $1$ and more', []],
  [joined('<add key="Password" value="Clear', 'text1" />'), [joined('nuget-config-password Clear', 'text1')]],
  ['<add key="ClearTextPassword" value="%PASSWORD_OF_FEED%" />', []],
  [joined('https://cafeb4b3:d3ad', 'b33f@gems.contribsys.com/'), ['sidekiq-sensitive-url cafeb4b3:d3adb33f']],
  [
    `{"auths":{"r.example.org":{"auth":"${base64(`bob:${password}`)}"}}}`,
    [`registry-auth ${base64(`bob:${password}`)}`],
  ],
  [`//npm.example.org/:_auth=${base64(`bob:${password}`)}`, [`registry-auth ${base64(`bob:${password}`)}`]],
  ['"auth": "oauthbearertokens"', []],
  [
    `apiVersion: v1\ndata:\n  user: ${first}\n  extra: ${last}\nkind: Secret\n`,
    [`kubernetes-secret-yaml ${first}\n  extra: ${last}`],
  ],
  [`kind: Secret\nmetadata:\n  name: x\ntype: Opaque\ndata:\n  a.b: ${last}\n`, [`kubernetes-secret-yaml ${last}`]],
  [`kind: ConfigMap\ndata:\n  a: ${last}\n`, []],
  ['kind: Secret\ndata:\n  csrf: ""\n', []],
  [`client-key-data: ${header('RSA PRIVATE KEY')}`, [`private-key ${header('RSA PRIVATE KEY')}`]],
  [`tls.key: ${header('PRIVATE KEY')}`, [`private-key ${header('PRIVATE KEY')}`]],
  [`tls.crt: ${header('CERTIFICATE')}`, []],
  [`tls.pub: ${header('PUBLIC KEY')}`, []],
  [joined('snmp-server community s3cr3', 'tRO RO'), ['snmp-community s3cr3tRO']],
]

test('files and commands', () => {
  for (const [text, expected] of rows) assert.deepEqual(found(text), expected, text)
})
