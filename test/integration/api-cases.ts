// Every route of the API: what it answers to one who may, to one who may not, to input that is wrong and to ids that are not.

import assert from 'node:assert/strict'
import { connectDriver, until } from '../harness/clients.ts'
import type { Answer, Stage, Who } from './api-stage.ts'

export interface RouteCase {
  /** As the OpenAPI page writes it: `POST /api/requests/{id}/approve`. */
  readonly route: string
  /** Paths of an object that is there: made when asked for. */
  readonly path: (stage: Stage) => string | Promise<string>
  readonly body?: string
  readonly may: Who | null
  readonly right: (answer: Answer) => void
  /** null where everybody who is known may. */
  readonly mayNot: { readonly who: Who; readonly status: 403 | 404; readonly says: RegExp } | null
  /** Wrong input, and what the caller reads about it. `?…` is a query, anything else a body. */
  readonly bad: readonly (readonly [string, RegExp])[]
  /** The same with an id that nothing has. */
  readonly unknown: string | null
}

const open = { may: null, mayNot: null, bad: [], unknown: null }
const plain = { may: 'agent', mayNot: null, bad: [], unknown: null } as const

const notObject: readonly (readonly [string, RegExp])[] = [
  ['', /JSON/],
  ['{', /JSON/],
  ['nul', /JSON/],
  ['[]', /expected object/],
  ['null', /expected object/],
  ['"x"', /expected object/],
  ['{"surplus":1}', /Unrecognized key: "surplus"/],
  ['{"__proto__":{"kind":"human"}}', /JSON|Unrecognized/],
  [`{"${'k'.repeat(5000)}":1}`, /^.{20,400}$/],
]
const noReason: readonly (readonly [string, RegExp])[] = [
  ...notObject.filter(([body]) => !body.includes('":1}')),
  ['{}', /reason/],
  ['{"reason":""}', /reason/],
  ['{"reason":" \\n "}', /reason/],
  ['{"reason":7}', /reason/],
  [`{"reason":"${'r'.repeat(2001)}"}`, /reason/],
  ['{"reason":"ok","approver":"root"}', /Unrecognized key: "approver"/],
]

const is = (expected: Readonly<Record<string, unknown>>) => (answer: Answer) => {
  const body = answer.json()
  for (const [key, value] of Object.entries(expected)) assert.deepEqual(body[key], value, answer.text)
}
const lists = (key: string) => (answer: Answer) => assert.ok(Array.isArray(answer.json()[key]), answer.text)

async function liveSession(stage: Stage): Promise<string> {
  const client = await connectDriver(stage.gateway, stage.tokens.agent)
  await client.query('SELECT 1')
  return await until('the session in the record', async () => {
    const listed = await stage.ask('GET', '/api/sessions?live=true&connection=orders', { who: 'agent' })
    return (listed.json()['sessions'] as { id: string; live: boolean }[]).find(({ live }) => live)?.id
  })
}

async function heldRequest(stage: Stage): Promise<string> {
  return (await stage.hold()).id
}

export const cases: readonly RouteCase[] = [
  { ...open, route: 'GET /healthz', path: () => '/healthz', right: is({ status: 'alive' }) },
  { ...open, route: 'GET /readyz', path: () => '/readyz', right: is({ status: 'ready' }) },
  { ...open, route: 'GET /api/login', path: () => '/api/login', right: lists('issuers') },
  { ...plain, route: 'GET /api/whoami', path: () => '/api/whoami', right: is({ kind: 'agent', groups: ['agents'] }) },
  { ...plain, route: 'GET /api/connections', path: () => '/api/connections', right: lists('connections') },
  {
    ...plain,
    route: 'POST /api/connections/{name}/credential',
    path: () => '/api/connections/claude/credential',
    body: '{}',
    right: is({ connection: 'claude' }),
    mayNot: { who: 'nobody', status: 404, says: /no such connection, or you may not/ },
    bad: notObject,
    unknown: '/api/connections/nowhere/credential',
  },
  {
    ...plain,
    route: 'POST /api/runs',
    path: () => '/api/runs',
    body: '{"connections":["claude"]}',
    right: (answer) => assert.match(String(answer.json()['run']), /^run_/),
    mayNot: { who: 'nobody', status: 404, says: /no such connection, or you may not/ },
    bad: [
      ...notObject,
      ['{"connections":"claude"}', /connections/],
      ['{"connections":[1]}', /connections/],
      [`{"connections":["${'c'.repeat(65)}"]}`, /connections/],
      [JSON.stringify({ connections: Array.from({ length: 101 }, () => 'claude') }), /connections/],
    ],
  },
  {
    ...plain,
    route: 'GET /api/requests',
    path: () => '/api/requests',
    right: lists('requests'),
    bad: [
      ['?state=closed', /state/],
      ['?state=open&state=all', /state/],
      ['?limit=1', /Unrecognized/],
    ],
  },
  ...(['approve', 'deny'] as const).map((verb): RouteCase => ({
    route: `POST /api/requests/{id}/${verb}`,
    path: async (stage) => `/api/requests/${await heldRequest(stage)}/${verb}`,
    body: '{"reason":"as the ticket says"}',
    may: 'dba',
    right: is({ status: verb === 'approve' ? 'approved' : 'denied', approver: 'dana' }),
    // It sees its own request, and that is all.
    mayNot: { who: 'agent', status: 403, says: /Only people decide/ },
    bad: noReason,
    unknown: `/api/requests/apr_00000000000000000000000000/${verb}`,
  })),
  {
    ...plain,
    route: 'GET /api/sessions',
    path: () => '/api/sessions',
    right: lists('sessions'),
    bad: [
      ['?limit=0', /limit/],
      ['?limit=501', /limit/],
      ['?limit=1.5', /limit/],
      ['?limit=x', /limit/],
      ['?limit=1&limit=2', /limit/],
      ['?live=perhaps', /live/],
      [`?connection=${'c'.repeat(65)}`, /connection/],
      ['?principal=root', /Unrecognized/],
      ['?__proto__=1', /Unrecognized/],
    ],
  },
  {
    ...plain,
    route: 'GET /api/sessions/{id}',
    path: async (stage) => `/api/sessions/${await liveSession(stage)}`,
    right: is({ connection: 'orders', live: true }),
    mayNot: { who: 'other', status: 404, says: /no such session, or you may not/ },
    unknown: '/api/sessions/ses_00000000000000000000000000',
  },
  {
    ...plain,
    route: 'GET /api/sessions/{id}/events',
    path: async (stage) => `/api/sessions/${await liveSession(stage)}/events`,
    right: lists('events'),
    mayNot: { who: 'other', status: 404, says: /no such session, or you may not/ },
    bad: [
      ['?after=-2', /after/],
      ['?after=9007199254740993', /after/],
      ['?limit=0', /limit/],
      ['?content=maybe', /content/],
      ['?raw=true', /Unrecognized/],
    ],
    unknown: '/api/sessions/ses_00000000000000000000000000/events',
  },
  {
    ...plain,
    route: 'POST /api/sessions/{id}/kill',
    path: async (stage) => `/api/sessions/${await liveSession(stage)}/kill`,
    body: '{}',
    right: is({ killed: true }),
    mayNot: { who: 'dba', status: 403, says: /may not end this session/ },
    bad: notObject,
    unknown: '/api/sessions/ses_00000000000000000000000000/kill',
  },
  {
    ...plain,
    route: 'GET /api/masking/report',
    path: () => '/api/masking/report',
    right: lists('lines'),
    bad: [
      ['?since=yesterday', /since/],
      ['?since=2026-11-01', /since/],
      ['?since=2026-11-01T00:00:00Z&since=2026-11-01T00:00:00Z', /since/],
      ['?limit=0', /limit/],
      ['?limit=501', /limit/],
      [`?connection=${'c'.repeat(65)}`, /connection/],
      ['?principal=root', /Unrecognized/],
    ],
  },
  {
    ...plain,
    route: 'GET /log/{*}',
    path: () => '/log/checkpoint',
    right: (answer) => assert.match(answer.text, /^gw\.test\n\d+\n/),
    unknown: '/log/tile/0/x999/999',
  },
  {
    ...plain,
    route: 'POST /api/console-link',
    path: () => '/api/console-link',
    body: '{}',
    right: (answer) => assert.match(String(answer.json()['url']), /\/login\?code=[\w-]{43}$/),
    bad: notObject,
  },
]
