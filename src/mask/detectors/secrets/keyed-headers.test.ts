import assert from 'node:assert/strict'
import test from 'node:test'
import { newMasking } from '../../../../test/harness/masking.ts'
import { headerSecretDetectors } from './keyed-headers.ts'

/** What looks like a secret is written in two, so that nobody takes this file for a place of secrets. */
const joined = (...parts: readonly string[]): string => parts.join('')

const masking = newMasking({ detectors: headerSecretDetectors })
const found = (text: string): string[] =>
  masking.scan(text).map((one) => `${one.class.slice(7)} ${text.slice(one.start, one.end)}`)

const token = joined('0123abcd4567', 'efgh89ijklmn')
const basic = Buffer.from(joined('bob:hunter', '2')).toString('base64')
const session = joined('9f8e7d6c5b4a3928', '1706f5e4d3c2b1a0')
const password = joined('Sommer', '2024x')

const rows: readonly (readonly [string, readonly string[]])[] = [
  [`Authorization: Bearer ${token}`, [`authorization-header ${token}`]],
  [`authorization: Basic ${basic}`, [`authorization-header ${basic}`]],
  [`"Authorization": "Api-Token ${token}"`, [`authorization-header ${token}`]],
  [`-H "Authorization: sha256~${token}@=-.a+"`, [`authorization-header sha256~${token}@=-.a+`]],
  [`use Bearer ${token} for it`, [`bearer-token ${token}`]],
  [`['authorization', 'Basic ${basic}']`, [`basic-credentials ${basic}`]],
  [`Cookie: theme=dark; session=${session}`, [`session-cookie theme=dark; session=${session}`]],
  [`Set-Cookie: sid=${session}; Path=/; HttpOnly`, [`session-cookie ${session}`]],
  [`curl -u bob:${password} https://x`, [`curl-auth-user ${password}`]],
  [`curl --user kevin:'${password}' -iX PATCH`, [`curl-auth-user ${password}`]],
  [`curl -u "${token}!t:" https://x`, [`curl-auth-user ${token}!t`]],
  [`curl ${'-H x '.repeat(20)} \\\n  -u bob:${password}`, [`curl-auth-user ${password}`]],
  ['Authorization: Bearer <token>', []],
  ['Authorization: Basic ...', []],
  ['Authorization: Bearer [redacted:secret/jwt]', []],
  ['Authorization: basic {base64(email:password)}', []],
  ['the bearer certificate-holder-of-2024 said', []],
  ['basic understanding', []],
  ['Cookie: theme=dark; lang=en', []],
  ['cookie: { secure: true, maxAge: 60000 }', []],
  ['docker run -u 1000:1000 image', []],
  ['chown -u root:wheel', []],
  ['curl -u bob https://x', []],
  ['curl -u username:token', []],
  ['curl -u test:test', []],
  ['curl -u elastic:elastic', []],
  ['curl -u "${{ env.USER }}:${{ env.PASS }}"', []],
  ["curl --user '$USERNAME:$PASSWORD'", []],
]

test('headers and the options of curl', () => {
  for (const [text, expected] of rows) assert.deepEqual(found(text), expected, text)
})

test('a token longer than any match is not found by half', () => {
  assert.deepEqual(found(`Bearer ${token.repeat(80)}`), [`bearer-token ${token.repeat(80)}`])
})
