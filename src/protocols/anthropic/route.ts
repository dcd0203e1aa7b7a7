// Which connection a path names and which endpoint of the API it asks for. A path that a target could read in another way
// than we do (percent-encoding, dot segments, empty segments, other case) is not an endpoint at all.

export type Endpoint = 'message' | 'count' | 'list' | 'file' | 'batch' | 'other'

export interface Route {
  /** null: the only connection of this protocol that the principal may open. */
  readonly connection: string | null
  /** Path of the API, beginning with `/`; what goes upstream. */
  readonly path: string
  /** null when the path cannot be trusted to mean one thing. */
  readonly endpoint: Endpoint | null
  /** The path without identifiers, for policies: `/v1/messages`. */
  readonly template: string
}

/** First segments that belong to the API itself, so no connection may have these names. */
export const reservedNames: readonly string[] = ['v1', 'api']

const connectionName = /^[a-z0-9][a-z0-9_-]{0,62}$/
const plainPath = /^(?:\/[A-Za-z0-9_~:@-][A-Za-z0-9._~:@-]*)+$/
const maxTemplateLength = 200

/** Longest first. A POST of exactly `/v1/messages` asks the model; below it are other things. */
const templates: readonly { readonly path: string; readonly endpoint: Endpoint }[] = [
  { path: '/v1/messages/count_tokens', endpoint: 'count' },
  { path: '/v1/messages/batches', endpoint: 'batch' },
  { path: '/v1/messages', endpoint: 'message' },
  { path: '/v1/models', endpoint: 'list' },
  { path: '/v1/files', endpoint: 'file' },
]

export function toRoute(method: string, path: string): Route {
  const first = path.split('/', 2)[1] ?? ''
  const named = !reservedNames.includes(first) && connectionName.test(first)
  const rest = named ? path.slice(first.length + 1) || '/' : path
  return { connection: named ? first : null, path: rest, ...toEndpoint(method, rest) }
}

function toEndpoint(method: string, path: string): Pick<Route, 'endpoint' | 'template'> {
  if (!plainPath.test(path)) return { endpoint: null, template: '' }
  const lower = path.toLowerCase()
  const known = templates.find((template) => lower === template.path || lower.startsWith(`${template.path}/`))
  if (known === undefined) return { endpoint: 'other', template: path.slice(0, maxTemplateLength) }
  if (!path.startsWith(known.path)) return { endpoint: null, template: '' }
  return {
    endpoint: isAsked(method, path, known.path, known.endpoint) ? known.endpoint : 'other',
    template: known.path,
  }
}

function isAsked(method: string, path: string, template: string, endpoint: Endpoint): boolean {
  if (endpoint === 'message' || endpoint === 'count') return method === 'POST' && path === template
  return endpoint !== 'list' || method === 'GET' || method === 'HEAD'
}
