// Which carrier an answer needs, by what it says it is. What is not known to hold no text is masked as text.

import { Fault } from '../../kernel/fault.ts'
import type { Carrier } from '../../kernel/masker.ts'
import { JsonCarrier, LinesCarrier, OpaqueCarrier, TextCarrier } from './body-carriers.ts'
import type { Endpoint } from './route.ts'
import { SniffingCarrier } from './sniffing-carrier.ts'
import { SseCarrier } from './sse-carrier.ts'

export interface AnswerKind {
  readonly contentType: string
  /** Of the body as it is carried; -1 when not known. */
  readonly length: number
  readonly endpoint: Endpoint
}

const lineTypes = new Set(['application/x-jsonl', 'application/jsonl', 'application/x-ndjson', 'application/ndjson'])
const charsets = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii', 'iso-8859-1', 'latin1'])

export interface ChosenCarrier {
  readonly carrier: Carrier
  /** `stream`: events, told apart when something breaks. `whole`: kept until its end, so its length is known. */
  readonly delivery: 'stream' | 'whole' | 'pieces'
}

/** @throws Fault `upstream.encoding` for a character set that the detectors cannot read */
export function toCarrier(kind: AnswerKind, toResultsUrl: (url: string) => string): ChosenCarrier {
  const [type = '', ...parameters] = kind.contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  requireReadable(parameters)
  if (type === 'text/event-stream') return { carrier: new SseCarrier(), delivery: 'stream' }
  if (type === 'application/json' || type.endsWith('+json'))
    return { carrier: new SniffingCarrier(new JsonCarrier(kind.length, toResultsUrl)), delivery: 'whole' }
  if (lineTypes.has(type) || (kind.endpoint === 'batch' && !type.startsWith('text/')))
    return { carrier: new SniffingCarrier(new LinesCarrier()), delivery: 'pieces' }
  const isFile = kind.endpoint === 'file' && type !== '' && !type.startsWith('text/')
  return { carrier: isFile ? new OpaqueCarrier() : new SniffingCarrier(new TextCarrier()), delivery: 'pieces' }
}

function requireReadable(parameters: readonly string[]): void {
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=')
    const charset = value.replace(/^"|"$/g, '')
    if (name === 'charset' && !charsets.has(charset))
      throw new Fault('upstream.encoding', { why: 'a character set that cannot be read' })
  }
}
