// The console's door: a link that works once, a cookie that is good for pages and nothing else, a form that only its own
// page can send, and pages in which recorded text is text.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { connectDriver, psql, until } from '../harness/clients.ts'
import { json, openStage, type Answer, type Stage, type Who } from './api-stage.ts'

let stage: Stage

before(async () => {
  stage = await openStage()
})

after(async () => {
  await stage?.close()
})

async function link(who: Who): Promise<string> {
  const answer = await stage.ask('POST', '/api/console-link', { who, headers: json, body: '{}' })
  const { pathname, search } = new URL(String(answer.json()['url']))
  return pathname + search
}

async function signIn(who: Who): Promise<Readonly<Record<string, string>>> {
  const answer = await stage.ask('GET', await link(who))
  assert.equal(answer.status, 302)
  const cookie = String(answer.headers['set-cookie'])
  assert.match(cookie, /^sallyport=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/; Secure$/)
  return { cookie: cookie.split(';')[0] ?? '' }
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

function assertPage(answer: Answer, status: number, says: RegExp): void {
  assert.equal(answer.status, status, answer.text)
  assert.match(String(answer.headers['content-type']), /^text\/html; charset=utf-8$/)
  const policy = String(answer.headers['content-security-policy'])
  for (const word of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
    assert.ok(policy.includes(word), policy)
  assert.doesNotMatch(policy, /script-src|unsafe-eval|\*/)
  assert.equal(answer.headers['x-content-type-options'], 'nosniff')
  assert.equal(answer.headers['referrer-policy'], 'no-referrer')
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.match(answer.text, says)
}

const isRedirected = (answer: Answer): boolean =>
  (answer.status === 302 || answer.status === 303) && answer.headers['location'] === '/login'

test('a link signs one browser in, once', async () => {
  const path = await link('security')
  const first = await stage.ask('GET', path)
  assert.equal(first.headers['location'], '/')
  const second = await stage.ask('GET', path)
  assertPage(second, 200, /Sign in/)
  assert.equal(second.headers['set-cookie'], undefined)
})

test('a code that is none signs nobody in', async () => {
  for (const code of ['', 'x', 'A'.repeat(43), '__proto__', 'constructor', '%00', '<script>']) {
    const answer = await stage.ask('GET', `/login?code=${code}`)
    assertPage(answer, 200, /Sign in/)
    assert.equal(answer.headers['set-cookie'], undefined)
    assert.ok(code.length < 4 || !answer.text.includes(code))
  }
  for (const query of [`code=${'A'.repeat(101)}`, 'code=a&code=b']) {
    stage.assertProblem(await stage.ask('GET', `/login?${query}`), 400, 'invalid', /code/)
  }
})

test('pages are for a cookie, the API is for a token, and neither for the other', async () => {
  const cookie = await signIn('security')
  assertPage(await stage.ask('GET', '/', { headers: cookie }), 200, /Sign out/)
  assert.ok(isRedirected(await stage.ask('GET', '/')))
  assert.ok(isRedirected(await stage.ask('GET', '/', { who: 'security' })))
  assert.ok(isRedirected(await stage.ask('GET', '/sessions/ses_1', { headers: { cookie: 'sallyport=__proto__' } })))
  stage.assertProblem(await stage.ask('GET', '/api/whoami', { headers: cookie }), 401, 'denied')
  const headers = { ...cookie, ...json }
  stage.assertProblem(await stage.ask('POST', '/api/runs', { headers, body: '{}' }), 401, 'denied')
})

test('a session that one may not read is not there, on its page as in the API', async () => {
  assert.equal((await psql(stage.gateway, stage.tokens.agent, 'SELECT 1')).status, 0)
  const id = await until('the session', async () => {
    const listed = await stage.ask('GET', '/api/sessions?live=false', { who: 'security' })
    return (listed.json()['sessions'] as { id: string }[])[0]?.id
  })
  assertPage(await stage.ask('GET', `/sessions/${id}`, { headers: await signIn('security') }), 200, /SELECT 1/)
  const other = await signIn('other')
  const hidden = await stage.ask('GET', `/sessions/${id}`, { headers: other })
  assertPage(hidden, 404, /no such session, or you may not read it/)
  const missing = await stage.ask('GET', '/sessions/ses_00000000000000000000000000', { headers: other })
  assert.equal(missing.text, hidden.text)
  assert.ok(!(await stage.ask('GET', '/', { headers: other })).text.includes(id))
})

test('recorded text is text on a page', async () => {
  const client = await connectDriver(stage.gateway, stage.tokens.agent)
  const statement = `SELECT '<script>alert(1)</script><img src=x onerror=alert(2)>"''&\u202Egnirts' AS "</pre><b>"`
  await client.query(statement)
  await client.end()
  const cookie = await signIn('security')
  const page = await until('the statement on a page', async () => {
    const listed = await stage.ask('GET', '/api/sessions?limit=5', { who: 'security' })
    for (const { id } of listed.json()['sessions'] as { id: string }[]) {
      const answer = await stage.ask('GET', `/sessions/${id}`, { headers: cookie })
      if (answer.text.includes('alert(1)')) return answer
    }
    return null
  })
  assertPage(page, 200, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/)
  assert.doesNotMatch(page.text, /<script|<img|<b>|\u202E/)
})

test('signing out ends the cookie, not only the page', async () => {
  const cookie = await signIn('security')
  const out = await stage.ask('POST', '/logout', { headers: { ...cookie, ...form }, body: '' })
  assert.ok(isRedirected(out))
  assert.ok(isRedirected(await stage.ask('GET', '/', { headers: cookie })))
})

const elsewhere: readonly Readonly<Record<string, string>>[] = [
  { origin: 'https://elsewhere.test' },
  { origin: 'https://localhost:1' },
  { origin: 'not an origin' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site', origin: 'null' },
]

test('a form of another site signs nobody out', async () => {
  const cookie = await signIn('security')
  for (const from of elsewhere) {
    const answer = await stage.ask('POST', '/logout', { headers: { ...cookie, ...form, ...from }, body: '' })
    stage.assertProblem(answer, 403, 'denied', /not sent from a page of the console/)
  }
  const large = await stage.ask('POST', '/logout', { headers: { ...cookie, ...form }, body: 'a=1&'.repeat(1000) })
  stage.assertProblem(large, 413, 'invalid')
  assertPage(await stage.ask('GET', '/', { headers: cookie }), 200, /Sign out/)
  const own: readonly Readonly<Record<string, string>>[] = [
    { 'sec-fetch-site': 'same-origin', origin: 'null' },
    { origin: `https://localhost:${stage.gateway.httpsPort}` },
    { origin: 'null' },
  ]
  for (const from of own) {
    const answer = await stage.ask('POST', '/logout', { headers: { ...form, ...from }, body: '' })
    assert.ok(isRedirected(answer), JSON.stringify(from))
  }
})

test('a link is for the browser that opens it: not for a page elsewhere, and not for who only looks whether it is there', async () => {
  const path = await link('security')
  for (const headers of elsewhere) {
    const answer = await stage.ask('GET', path, { headers })
    assertPage(answer, 200, /Sign in/)
    assert.equal(answer.headers['set-cookie'], undefined)
  }
  assert.equal((await stage.ask('HEAD', path)).status, 404)
  const opened = await stage.ask('GET', path, { headers: { 'sec-fetch-site': 'none' } })
  assert.equal(opened.headers['location'], '/')
})

test('answers of the API are kept by nobody, and are what they say', async () => {
  for (const [method, path] of [
    ['GET', '/api/whoami'],
    ['POST', '/api/runs'],
    ['GET', '/api/sessions/none'],
    ['GET', '/nothing'],
  ] as const) {
    const { headers } = await stage.ask(method, path, {
      who: 'security',
      headers: json,
      ...(method === 'POST' ? { body: '{}' } : {}),
    })
    assert.deepEqual([headers['cache-control'], headers['x-content-type-options']], ['no-store', 'nosniff'], path)
  }
})

test('a page of another origin is told nothing about who may read an answer', async () => {
  const headers = { origin: 'https://elsewhere.test' }
  for (const path of ['/api/whoami', '/', '/api/openapi.json']) {
    const answer = await stage.ask('GET', path, { who: 'agent', headers })
    assert.equal(
      Object.keys(answer.headers).find((name) => name.startsWith('access-control-')),
      undefined,
    )
  }
})
