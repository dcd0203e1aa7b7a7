// The console's pages: rendered from the answers of the API's own functions, for the person whose cookie it is.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Denied } from '../access.ts'
import { callerOf, type Api } from '../caller.ts'
import type { Principal } from '../../kernel/principal.ts'
import type { AdminRooms } from '../rooms.ts'
import { eventsFor, sessionFor, sessionsFor } from '../routes/sessions.ts'
import { html, type Html } from './html.ts'
import { pageHeaders, toPage } from './page.ts'
import { sessionPage } from './session-page.ts'
import { sessionsPage } from './sessions-page.ts'
import { SignIns } from './sign-in.ts'

const cookieName = 'sallyport'
const eventsOnPage = 200

export function consoleRoutes(api: Api, rooms: AdminRooms): void {
  const signIns = new SignIns(rooms.clock)
  rooms.identifier.onRevoked((covers) => signIns.forgetWhere(covers))
  const who = (request: FastifyRequest): Principal | null => signIns.find(cookieOf(request))

  const link = z.object({ url: z.string() })
  api.post(
    '/api/console-link',
    { schema: { summary: 'A link that signs a browser in, once', body: z.strictObject({}), response: { 200: link } } },
    async (request) => {
      const code = signIns.link(await callerOf(rooms, request))
      return { url: `${rooms.addressOf('https').httpOrigin}/login?code=${code}` }
    },
  )

  const code = z.object({ code: z.string().max(100).optional() })
  // HEAD is what looks for a page without opening it: it would use the link up.
  const login = { schema: { hide: true, querystring: code }, exposeHeadRoute: false } as const
  api.get('/login', login, async (request, reply) => {
    // A page elsewhere could sign a person in as somebody whose sessions they then take for their own.
    const given = isFromElsewhere(request) ? undefined : request.query.code
    const cookie = given === undefined ? null : signIns.redeem(given)
    if (cookie === null) return await send(reply, 'Sign in', null, signInPage())
    const secure = rooms.addressOf('https').tls ? '; Secure' : ''
    return await reply
      .header('set-cookie', `${cookieName}=${cookie}; HttpOnly; SameSite=Lax; Path=/${secure}`)
      .redirect('/')
  })

  api.post('/logout', { schema: { hide: true } }, async (request, reply) => {
    if (isFromElsewhere(request)) throw new Denied(403, 'This form was not sent from a page of the console.')
    const cookie = cookieOf(request)
    if (cookie !== undefined) signIns.forget(cookie)
    return await reply.redirect('/login', 303)
  })

  api.get('/', { schema: { hide: true } }, async (request, reply) => {
    const person = who(request)
    if (person === null) return await reply.redirect('/login')
    return await send(reply, 'Sessions', person, sessionsPage(sessionsFor(rooms, person, { limit: 100 })))
  })

  const params = z.object({ id: z.string().max(64) })
  api.get('/sessions/:id', { schema: { hide: true, params } }, async (request, reply) => {
    const person = who(request)
    if (person === null) return await reply.redirect('/login')
    try {
      const session = sessionFor(rooms, person, request.params.id)
      const { events, next } = await eventsFor(rooms, person, request.params.id, {
        after: -1,
        limit: eventsOnPage,
        content: true,
      })
      return await send(reply, session.id, person, sessionPage(session, events, next !== null))
    } catch (error) {
      if (!(error instanceof Denied)) throw error
      return await send(
        reply.status(404),
        'Not found',
        person,
        html`<h1>Not found</h1>
          <p>${error.message}</p>`,
      )
    }
  })
}

async function send(reply: FastifyReply, title: string, person: Principal | null, body: Html): Promise<FastifyReply> {
  return await reply.headers(pageHeaders).send(toPage(title, person?.display ?? null, body))
}

/** `SameSite` keeps the cookie from forms of other sites; this is for browsers that have other ideas. */
function isFromElsewhere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  // `null` is what our own pages send: their policy is to name no referrer.
  const { origin } = headers
  if (origin === undefined || origin === 'null') return false
  return !URL.canParse(origin) || new URL(origin).host !== headers.host
}

function cookieOf(request: FastifyRequest): string | undefined {
  const cookies = request.headers.cookie?.split(';').map((pair) => pair.trim().split('='))
  return cookies?.find(([name]) => name === cookieName)?.[1]
}

function signInPage(): Html {
  return html`<h1>Sign in</h1>
    <div class="card">
      <dl>
        <dt>In a terminal</dt>
        <dd>
          <code>sallyport login</code>, then <code>sallyport console</code>. It prints a link that signs this browser
          in.
        </dd>
      </dl>
    </div>`
}
