import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import {
  isTokenProblem,
  maxTokenRequestBytes,
  parseTokenRequest,
  toTokenAnswer,
  toTokenProblemAnswer,
  type TokenProblem,
  type TokenRequest,
} from './oauth-token-request.ts'

const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const json = 'application/json'
const form = 'application/x-www-form-urlencoded; charset=utf-8'

function parse(body: string, type: string | null = json): TokenRequest | TokenProblem {
  return parseTokenRequest(Buffer.from(body), type)
}

function requireRequest(outcome: TokenRequest | TokenProblem): { assertion: string; rule: string | null } {
  if (isTokenProblem(outcome)) throw new Error(outcome.description)
  return { assertion: outcome.assertion.reveal(), rule: outcome.rule }
}

test('the request as the Agent SDK sends it', () => {
  const organization = '00000000-0000-0000-0000-000000000000'
  const body = {
    grant_type: grant,
    assertion: 'a.b.c\n',
    federation_rule_id: 'fdrl_corp',
    organization_id: organization,
  }
  assert.deepEqual(requireRequest(parse(JSON.stringify(body))), { assertion: 'a.b.c', rule: 'fdrl_corp' })
})

test('the request as RFC 7523 has it', () => {
  const body = new URLSearchParams({ grant_type: grant, assertion: 'a.b.c', scope: 'x' })
  assert.deepEqual(requireRequest(parse(body.toString(), form)), { assertion: 'a.b.c', rule: null })
})

const problems: readonly (readonly [string, string, string | null, TokenProblem['problem'], string])[] = [
  [
    'another grant',
    '{"grant_type":"password"}',
    json,
    'unsupported_grant_type',
    `The only grant type here is ${grant}.`,
  ],
  ['no grant', '{"assertion":"a"}', json, 'invalid_request', 'grant_type is missing.'],
  ['no assertion', `{"grant_type":"${grant}"}`, json, 'invalid_request', 'assertion is missing.'],
  [
    'an assertion that is a number',
    `{"grant_type":"${grant}","assertion":1}`,
    json,
    'invalid_request',
    'assertion is missing.',
  ],
  [
    'a long assertion',
    `{"grant_type":"${grant}","assertion":"${'a'.repeat(20_000)}"}`,
    json,
    'invalid_request',
    'assertion is too long.',
  ],
  [
    'a rule with a blank',
    `{"grant_type":"${grant}","assertion":"a","federation_rule_id":"a b"}`,
    json,
    'invalid_request',
    'federation_rule_id is not the name of a rule.',
  ],
  [
    'a rule that is a list',
    `{"grant_type":"${grant}","assertion":"a","federation_rule_id":["a"]}`,
    json,
    'invalid_request',
    'federation_rule_id is not the name of a rule.',
  ],
  [
    'two assertions',
    `{"grant_type":"${grant}","assertion":"a","assertion":"b"}`,
    json,
    'invalid_request',
    'The body is not one unambiguous JSON object.',
  ],
  ['a list', '[]', json, 'invalid_request', 'The body is not one unambiguous JSON object.'],
  [
    'a repeated parameter',
    `grant_type=${grant}&assertion=a&assertion=b`,
    form,
    'invalid_request',
    'A parameter is repeated.',
  ],
  ['no type', '{}', null, 'invalid_request', 'The body must be application/json or application/x-www-form-urlencoded.'],
  [
    'another type',
    '<a/>',
    'text/xml',
    'invalid_request',
    'The body must be application/json or application/x-www-form-urlencoded.',
  ],
  ['too much', ' '.repeat(maxTokenRequestBytes + 1), json, 'invalid_request', 'The request is too large.'],
]

for (const [name, body, type, problem, description] of problems) {
  test(`refused: ${name}`, () => {
    assert.deepEqual(parse(body, type), { problem, description })
  })
}

test('refused: bytes that are not UTF-8', () => {
  assert.deepEqual(parseTokenRequest(Uint8Array.of(0x7b, 0xff, 0x7d), json), {
    problem: 'invalid_request',
    description: 'The request is not UTF-8.',
  })
})

test('answers are OAuth’s, not to be cached, and say whether to come again', () => {
  const given = toTokenAnswer('t', 60)
  assert.equal(given.status, 200)
  assert.deepEqual(JSON.parse(Buffer.from(given.body).toString()), {
    access_token: 't',
    token_type: 'Bearer',
    expires_in: 60,
  })
  assert.equal(given.headers[given.headers.indexOf('cache-control') + 1], 'no-store')
  const refused = toTokenProblemAnswer({ problem: 'invalid_grant', description: 'No.' })
  assert.equal(refused.status, 400)
  assert.deepEqual(JSON.parse(Buffer.from(refused.body).toString()), {
    error: 'invalid_grant',
    error_description: 'No.',
  })
  assert.equal(refused.headers[refused.headers.indexOf('x-should-retry') + 1], 'false')
  const later = toTokenProblemAnswer({ problem: 'temporarily_unavailable', description: 'Later.' })
  assert.equal(later.status, 503)
  assert.equal(later.headers[later.headers.indexOf('x-should-retry') + 1], 'true')
})

test('property: any bytes are a request or a problem, and a problem repeats none of them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(json, form, null), (body, type) => {
      const outcome = parseTokenRequest(body, type)
      if (isTokenProblem(outcome)) assert.ok(outcome.description.length < 100)
    }),
  )
})
