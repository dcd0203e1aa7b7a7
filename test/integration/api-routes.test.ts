// Every route of the API, asked by everybody: who may, who may not, who is nobody, and who sends what is wrong. The list of
// routes is the gateway's own: a route without a case here fails.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cases, type RouteCase } from './api-cases.ts'
import { json, openStage, type Answer, type Stage, type Who } from './api-stage.ts'

let stage: Stage

before(async () => {
  stage = await openStage()
})

after(async () => {
  await stage?.close()
})

const methodOf = ({ route }: RouteCase): string => route.slice(0, route.indexOf(' '))
const isOpen = ({ may }: RouteCase): boolean => may === null

async function send(one: RouteCase, path: string, who: Who | null, body = one.body): Promise<Answer> {
  return await stage.ask(methodOf(one), path, {
    who,
    ...(body === undefined ? {} : { body, headers: json }),
  })
}

test('every route that the gateway has is asked here', async () => {
  const page = (await stage.ask('GET', '/api/openapi.json')).json()
  const paths = page['paths'] as Record<string, Record<string, unknown>>
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  assert.ok(routes.length >= 15, routes.join('\n'))
  assert.deepEqual(routes.sort(), cases.map(({ route }) => route).sort())
})

test('the page of routes names no secret and no machine', async () => {
  const { text } = await stage.ask('GET', '/api/openapi.json')
  assert.doesNotMatch(text, /orders|claude|vault|\/tmp\/|env:|Pa55word/)
})

for (const one of cases) {
  test(`${one.route}: the right answer to one who may`, async () => {
    const answer = await send(one, await one.path(stage), one.may)
    assert.equal(answer.status, 200, answer.text)
    one.right(answer)
  })

  if (one.mayNot !== null) {
    const { who, status, says } = one.mayNot
    test(`${one.route}: ${status} to ${who}`, async () => {
      const answer = await send(one, await one.path(stage), who)
      stage.assertProblem(answer, status, status === 404 ? 'not-found' : 'denied', says)
    })
  }

  if (one.unknown !== null) {
    const unknown = one.unknown
    test(`${one.route}: 404 for an id that nothing has, in the words for one that is somebody else's`, async () => {
      const answer = await send(one, unknown, one.may)
      stage.assertProblem(answer, 404, 'not-found')
      if (one.mayNot?.status === 404) assert.match(answer.text, one.mayNot.says)
    })
  }

  if (one.bad.length > 0) {
    test(`${one.route}: 400 for input that is wrong, and it is said what`, async () => {
      const path = await one.path(stage)
      for (const [input, says] of one.bad) {
        const inQuery = input.startsWith('?')
        const answer = await send(one, inQuery ? path + input : path, one.may, inQuery ? one.body : input)
        stage.assertProblem(answer, 400, 'invalid', says)
      }
    })
  }
}

const guarded = cases.filter((one) => !isOpen(one))

test('without a token each says how to sign in, whatever else is wrong with the request', async () => {
  for (const one of guarded) {
    const path = one.unknown ?? (await one.path(stage))
    stage.assertProblem(await send(one, path, null), 401, 'denied', /sallyport login/)
    // Nobody's body is read: it is not even looked whether it is one.
    if (one.body !== undefined) stage.assertProblem(await send(one, path, null, '{'), 401, 'denied', /sallyport login/)
  }
})

for (const who of ['expired', 'garbage'] as const) {
  test(`a token that is ${who} opens none of them`, async () => {
    for (const one of guarded) {
      const path = one.unknown ?? (await one.path(stage))
      stage.assertProblem(await send(one, path, who), 401, 'denied', /^The credential is not valid\.$/)
    }
  })
}

test('a credential for one connection opens none of them', async () => {
  for (const one of guarded) {
    const path = one.unknown ?? (await one.path(stage))
    stage.assertProblem(await send(one, path, 'bound'), 403, 'denied', /for a connection, not for the API/)
  }
})

test('other ways to present a token are none', async () => {
  const { agent } = stage.tokens
  const ways: readonly Readonly<Record<string, string>>[] = [
    { authorization: `Basic ${Buffer.from(`x:${agent}`).toString('base64')}` },
    { authorization: agent },
    { authorization: `Bearer ${agent} ${agent}` },
    { authorization: `Bearer ${'a'.repeat(20_001)}` },
    { authorization: 'Bearer' },
    { 'x-api-key': agent },
    { cookie: `sallyport=${agent}` },
  ]
  for (const headers of ways) {
    stage.assertProblem(await stage.ask('GET', '/api/whoami', { headers }), 401, 'denied', /sallyport login/)
  }
  const inQuery = await stage.ask('GET', `/api/whoami?access_token=${agent}&token=${agent}`)
  stage.assertProblem(inQuery, 401, 'denied')
})

test('a method that a route does not have is not there, for anybody', async () => {
  for (const one of cases) {
    const path = one.unknown ?? (one.route.includes('{') ? await one.path(stage) : (one.route.split(' ')[1] ?? '/'))
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']
    for (const method of others.filter((name) => name !== methodOf(one))) {
      const answer = await stage.ask(method, path, { who: 'security', headers: json })
      stage.assertProblem(answer, 404, 'not-found', /There is nothing here/)
      assert.equal(answer.headers['access-control-allow-origin'], undefined)
    }
  }
})
