import assert from 'node:assert/strict'
import test from 'node:test'
import { newMasking } from '../../../../test/harness/masking.ts'
import { genericSecretDetectors } from './generic.ts'

/** What looks like a secret is written in two, so that nobody takes this file for a place of secrets. */
const joined = (...parts: readonly string[]): string => parts.join('')

const masking = newMasking({ detectors: genericSecretDetectors })
const found = (text: string): string[] =>
  masking.scan(text).map((one) => `${one.class.slice(7)} ${text.slice(one.start, one.end)}`)

const key = joined('Zf3D0LXCM3EIMbgJ', 'pUNnkRtOfOueHznB')
const hexKey = joined('9f8e7d6c5b4a3928', '1706f5e4d3c2b1a0')
const [password, other] = [joined('Sommer24', '!'), joined('p&ss,(w)', '0rd')]

const secrets: readonly (readonly [string, string])[] = [
  [`API key: ${hexKey}`, hexKey],
  [`X-Api-Key: ${hexKey}`, hexKey],
  [`"apikey": "${key}"`, key],
  [`const clientSecret: string = '${key}'`, key],
  [`?access_token=${hexKey}&state=1`, hexKey],
  [`auth_token = "_p=_${key}"`, `_p=_${key}`],
  [`The token: ${hexKey}.`, hexKey],
  [`token: ${'a1b2c3d4'.repeat(120)}`, 'a1b2c3d4'.repeat(120)],
  [`request failed (token: ${hexKey})`, hexKey],
  [`PGPASSWORD=${password} run`, password],
  [`MYSQL_PWD=${password}`, password],
  [joined('password: hunter', '2'), 'hunter2'],
  [joined('password = "1234', '5678"'), '12345678'],
  [`password = "${other}"`, other],
  [`{\\"password\\":\\"${other}\\"}`, other],
  ['kennwort=Schl\xfcssel24', 'Schl\xfcssel24'],
  ['passphrase: "correct horse battery staple"', 'correct horse battery staple'],
  [`- name: DB_PASSWORD\n  value: ${password}`, password],
  [`{"name":"API_TOKEN","value":"${hexKey}"}`, hexKey],
  [`"secret_key" => "k_${key}&@*xC$utE"`, `k_${key}&@*xC$utE`],
  [`access_token: '${hexKey};7Bq2&x'`, `${hexKey};7Bq2&x`],
  [`api_key: |-\n  ${hexKey}\nx: 1`, hexKey],
  [`password: >\n    ${password}\n`, password],
  [`clientSecretString=${key}`, key],
  [`Api-Token: ${key.slice(0, 11)}`, key.slice(0, 11)],
  [`login --password ${password}`, password],
  [`login --api-token "${hexKey}"`, hexKey],
  [`my password is ${password}`, password],
  [`the token for staging is ${hexKey}.`, hexKey],
]

test('assigned, told, or given as an option: the value alone', () => {
  for (const [text, value] of secrets) assert.deepEqual(found(text), [`generic-assignment ${value}`], text)
})

const innocent: readonly string[] = [
  'password: required',
  'smtp.password=\njdbc.url2=\n',
  'API_KEY=\r\nDB_URL_2=x1y2z3a4b5c6',
  '"secret_key": "name=alpha&kind=beta"',
  'access_token = "https://x.example/a1?b2=c3&d4=e5f6g7"',
  'token = "f(a1b2c3d4,e5f6g7h8)"',
  'api_token: planOfMay24',
  'password: "Enter your password 2 times"',
  'password: "reset_password"',
  'password: z.string().min(8)',
  'password = request.form["password"]',
  'password = userInput2',
  'password: (password: string) => Uint8Array',
  "paths: ['password', 'secrets.*']",
  'PWD=/home/app2',
  'passwd: /etc/passwd2',
  'challengePassword = "1.2.840.113549.1.9.7"',
  'password=${DB_PASSWORD}',
  'password=<your-password-1>',
  'password: `secret${i}`',
  'def login(password):\n  """Base64 of it."""',
  'const token = await getToken2(user)',
  'apiKey = base64DecodeString(x)',
  'token: process.env.TOKEN1',
  'f(token: accessToken2Value)',
  `initialize(token: ${hexKey})`,
  `public_key = "${key}"`,
  `nextPageToken: "${key}"`,
  `primary_key = ${hexKey}`,
  'api_key = "my-service-key-2"',
  'secret_key: /run/secrets/key1/value',
  'private_key: certs/server2.pem',
  'api_key = xxxxxxxxxxxxxxxx1',
  'token = ops_eyJzaWduSW5B..[Redacted]',
  'auth: EXAMPLE0TOKEN1EXAMPLE',
  'the key is under the mat',
  'the password is required',
  'the token is expired123456',
  '--token-file /etc/x1y2z3/a4b5c6',
  '-- select password from accounts1',
  'token_count: 12345678901234567890',
  'max_tokens: 4096',
  'password: "[redacted:secret/generic-assignment]"',
  'api_key: "[masked:secret/generic-assignment/abcdefgh23456]"',
  '[redacted:secret/jwt] = a1b2c3d4e5f6g7h8',
  'token: u_3j37ipvp2kqk@masked.invalid',
  'token: DE006LTFM3YXOW733G5XP5',
]

test('names with something else behind them', () => {
  for (const text of innocent) assert.deepEqual(found(text), [], text)
})

test('the password of a URL', () => {
  assert.deepEqual(found(`redis://:${password}@cache:6379/0`), [`url-password ${password}`])
  assert.deepEqual(found(`amqp://app:${key}@mq/x`), [`url-password ${key}`])
  for (const text of ['https://user:password@host/', 'https://u:$PASS@host/', 'https://u:{{pw}}@h/', 'http://a:b@c'])
    assert.deepEqual(found(text), [], text)
})

test('the secret half of a key of AWS', () => {
  const secret = joined('wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYzzzTESTKEY')
  assert.deepEqual(found(`aws_secret_access_key = ${secret}`), [`aws-secret-key ${secret}`])
  assert.deepEqual(found(`aws_key_id = ${secret}`), [])
})

test('hostile values take no time', () => {
  const began = process.cpuUsage()
  for (const one of ['.', 'a.', 'A1', '-', ':', '="', 'is x1 ', "'"])
    for (const name of ['password=', 'token: "', 'my key is ', '--token '])
      masking.scan(name + one.repeat(40_000 / one.length))
  assert.ok(process.cpuUsage(began).user < 5_000_000)
})
