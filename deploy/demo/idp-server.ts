// A real OpenID provider (oidc-provider) on loopback: discovery, JWKS, device flow, client credentials. Its tokens are
// JWTs for the gateway's audience with `kind` and `groups`. For the demo and the tests; never for anything else.

import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { JWK } from 'jose'
import { Provider, type Context, type Token } from 'oidc-provider'
import { agentClient, agentClientSecret, audience, claimsOf, findAccount, loginClient } from './idp-accounts.ts'
import { mintToken, openKeys, tokenLifeS, writeAtomically } from './idp-keys.ts'
import { codePage, confirmPage, consentPage, donePage, loginPage } from './idp-pages.ts'

export interface IdpOptions {
  /** 0 takes any free port. */
  readonly port: number
  readonly dataDir: string
  /** Gets the agent's identity token, renewed at half of its life. */
  readonly tokenFile?: string
  /** Instead of the ones in the data folder. */
  readonly keys?: readonly JWK[]
}

export interface Idp {
  readonly issuer: string
  mint(account: string): Promise<string>
  close(): Promise<void>
}

const maxBodyBytes = 4096
/** RFC 8707 wants a URI; the tokens carry the plain audience. */
const resource = 'urn:sallyport'

export async function startIdp(options: IdpOptions): Promise<Idp> {
  const keys = options.keys ?? (await openKeys(options.dataDir))
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  const issuer = `http://127.0.0.1:${portOf(server)}`
  const mint = async (id: string): Promise<string> => {
    const account = findAccount(id)
    if (account === undefined) throw new Error('there is no such account')
    return await mintToken(issuer, keys, account)
  }
  const provider = new Provider(issuer, configuration(keys))
  const serve = provider.callback()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', issuer).pathname
    const answered = path.startsWith('/login/')
      ? interact(provider, request, response)
      : path === '/demo/token'
        ? giveToken(mint, issuer, request, response)
        : serve(request, response)
    answered.catch(() => (response.headersSent ? response.destroy() : response.writeHead(400).end()))
  })
  const renewing = await keepTokenFile(options.tokenFile, () => mint(agentClient))
  return {
    issuer,
    mint,
    close: async () => {
      clearInterval(renewing)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function configuration(keys: readonly JWK[]): object {
  return {
    jwks: { keys },
    clients: [
      {
        client_id: loginClient,
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: 'ES256',
      },
      {
        client_id: agentClient,
        client_secret: agentClientSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    interactions: { url: (_ctx: Context, { uid }: { uid: string }) => `/login/${uid}` },
    findAccount: (_ctx: Context, id: string) => {
      const account = findAccount(id)
      return account && { accountId: id, claims: () => Promise.resolve({ sub: id, ...claimsOf(account) }) }
    },
    extraTokenClaims: (_ctx: Context, token: Token) => {
      const account = findAccount(token.accountId ?? token.clientId)
      return account && claimsOf(account)
    },
    ttl: {
      AccessToken: tokenLifeS,
      ClientCredentials: tokenLifeS,
      IdToken: tokenLifeS,
      DeviceCode: 600,
      Interaction: 600,
      Session: 86_400,
      Grant: 86_400,
      RefreshToken: 86_400,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: codePage,
        userCodeConfirmSource: confirmPage,
        successSource: donePage,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: tokenLifeS,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  }
}

/** The provider stops where a person must say something, and goes on with what they said. */
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { uid, prompt, params, session } = await provider.interactionDetails(request, response)
  const action = `/login/${uid}`
  if (request.method !== 'POST') {
    const page = prompt.name === 'login' ? loginPage(action) : consentPage(action, params.client_id)
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page)
    return
  }
  if (prompt.name === 'login') {
    const account = findAccount(new URLSearchParams(await readBody(request)).get('login') ?? undefined)
    if (account?.kind !== 'human') throw new Error('nobody to log in')
    await provider.interactionFinished(request, response, { login: { accountId: account.id } })
    return
  }
  if (session === undefined) throw new Error('nobody is logged in')
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id })
  grant.addOIDCScope((prompt.details.missingOIDCScope ?? ['openid', 'offline_access']).join(' '))
  for (const [name, scopes] of Object.entries(prompt.details.missingResourceScopes ?? {})) {
    grant.addResourceScope(name, scopes.join(' '))
  }
  await provider.interactionFinished(
    request,
    response,
    { consent: { grantId: await grant.save() } },
    {
      mergeWithLastSubmission: true,
    },
  )
}

/** `{ "user": "alice" }` or `{ "client": "nightly-agent" }`. Not for web pages: they send an Origin, or another Host. */
async function giveToken(
  mint: (account: string) => Promise<string>,
  issuer: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { host, origin, 'content-type': type } = request.headers
  const isOurs = request.method === 'POST' && host === new URL(issuer).host && origin === undefined
  if (!isOurs || type !== 'application/json') {
    response.writeHead(403).end()
    return
  }
  const asked: unknown = JSON.parse(await readBody(request))
  const { user, client } = (typeof asked === 'object' ? (asked ?? {}) : {}) as { user?: unknown; client?: unknown }
  const token = await mint(String(user ?? client))
  const body = JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: tokenLifeS })
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body)
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBodyBytes) throw new Error('the body is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function keepTokenFile(
  path: string | undefined,
  mint: () => Promise<string>,
): Promise<NodeJS.Timeout | undefined> {
  if (path === undefined) return undefined
  writeAtomically(path, await mint())
  const renew = (): void => {
    mint().then(
      (token) => writeAtomically(path, token),
      (error: unknown) => process.stderr.write(`the token file was not renewed: ${String(error)}\n`),
    )
  }
  return setInterval(renew, (tokenLifeS / 2) * 1000)
}
