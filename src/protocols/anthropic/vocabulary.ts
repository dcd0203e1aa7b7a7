// The words that policies may use about this protocol.

import type { CedarFragment, CredentialKind } from '../../kernel/protocol.ts'
import type { Endpoint } from './route.ts'

export const protocolId = 'anthropic'
export const prefix = '/anthropic'

const use = { memberOf: ['model:use'] }
const manage = { memberOf: ['model:manage'] }

export const cedar: CedarFragment = {
  contextKey: 'model',
  attributes: {
    model: { type: 'String', required: true, doc: 'The model asked for; empty when the request names none.' },
    tools: {
      type: 'Set<String>',
      required: true,
      doc: 'Names of the tools offered to the model, in the list or inside messages; an MCP server that the API itself would call is `mcp_servers/NAME`.',
    },
    stream: { type: 'Boolean', required: true, doc: 'Whether the answer is asked for as a stream of events.' },
    endpoint: {
      type: 'String',
      required: true,
      doc: 'Path of the API without identifiers: `/v1/messages`; empty when it cannot be understood.',
    },
  },
  actions: {
    'model:message': use,
    'model:count': use,
    'model:list': use,
    'model:file': manage,
    'model:batch': manage,
    'model:other': manage,
  },
}

/** What an action is when nobody can say what it would do (G3). */
export const everyAction: readonly string[] = Object.keys(cedar.actions)

export function actionOf(endpoint: Endpoint): readonly string[] {
  return singles[endpoint]
}

const singles: Readonly<Record<Endpoint, readonly string[]>> = {
  message: ['model:message'],
  count: ['model:count'],
  list: ['model:list'],
  file: ['model:file'],
  batch: ['model:batch'],
  other: ['model:other'],
}

export const credentialKinds: readonly CredentialKind[] = [
  { name: 'apiKey', fields: ['apiKey'], header: { name: 'x-api-key', prefix: '', field: 'apiKey' } },
  {
    name: 'authToken',
    fields: ['authToken'],
    header: { name: 'authorization', prefix: 'Bearer ', field: 'authToken' },
  },
]
