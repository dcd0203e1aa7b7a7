// The head of a target's answer: status, headers as they came, and what they say about the body (RFC 9112 §6). Pure.

import { Fault } from '../kernel/fault.ts'

export interface TargetHead {
  readonly status: number
  /** HTTP/1.0 keeps no connection and knows no chunks. */
  readonly isOld: boolean
  /** Flat name, value pairs. */
  readonly headers: readonly string[]
}

export interface Framing {
  readonly body: 'length' | 'chunks' | 'close'
  readonly length: number
  /** How long the connection may wait for its next request; 0 when it is not to be used again. */
  readonly idleMs: number
}

const maxHeaders = 256
const statusLine = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?$/
const name = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const value = /^[\t\x20-\x7e\x80-\xff]*$/
const size = /^[0-9]{1,15}$/

/** Targets that do not say how long they wait wait longer, as a rule; those that say get a second less. */
const defaultIdleMs = 30_000
const marginMs = 1_000
const keepAliveTimeout = /(?:^|[,;\s])timeout=([0-9]{1,6})/i

/** @param head without its blank line @throws Fault `upstream.protocol` */
export function toResponseHead(head: string): TargetHead {
  const [first = '', ...lines] = head.split('\r\n')
  const status = statusLine.exec(first)
  if (status === null) throw broken('a status line')
  if (lines.length > maxHeaders) throw broken('too many headers')
  const headers: string[] = []
  for (const line of lines) {
    const colon = line.indexOf(':')
    const key = line.slice(0, Math.max(0, colon))
    const text = line.slice(colon + 1).trim()
    // A line that goes on with a space is an old way to hide one (§5.2).
    if (!name.test(key) || !value.test(text)) throw broken('a header')
    headers.push(key, text)
  }
  return { status: Number(status[2]), isOld: status[1] === '0', headers }
}

/** @param toHead of an answer to HEAD @throws Fault `upstream.protocol` when it can be read in two ways */
export function toFraming({ status, isOld, headers }: TargetHead, toHead: boolean): Framing {
  let coding: string | null = null
  let length: string | null = null
  let connection = ''
  let keepAlive = ''
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const text = headers[i + 1] ?? ''
    switch ((headers[i] ?? '').toLowerCase()) {
      case 'transfer-encoding':
        coding = coding === null ? text.toLowerCase() : `${coding}, ${text}`
        break
      case 'content-length':
        if (length !== null && length !== text) throw broken('two lengths')
        length = text
        break
      case 'connection':
        connection += `,${text.toLowerCase()}`
        break
      case 'keep-alive':
        keepAlive = text
        break
    }
  }
  if (coding !== null && (coding !== 'chunked' || length !== null || isOld)) throw broken('a transfer coding')
  if (length !== null && !size.test(length)) throw broken('a length')
  const idleMs = isOld || /(?:^|[,\s])close(?:[,\s]|$)/.test(connection) ? 0 : toIdleMs(keepAlive)
  if (toHead || status === 204 || status === 304) return { body: 'length', length: 0, idleMs }
  if (coding !== null) return { body: 'chunks', length: 0, idleMs }
  return length === null ? { body: 'close', length: 0, idleMs: 0 } : { body: 'length', length: Number(length), idleMs }
}

function toIdleMs(keepAlive: string): number {
  const seconds = keepAliveTimeout.exec(keepAlive)?.[1]
  if (seconds === undefined) return defaultIdleMs
  return Math.min(defaultIdleMs, Math.max(0, Number(seconds) * 1000 - marginMs))
}

function broken(what: string): Fault {
  return new Fault('upstream.protocol', { why: `${what} that cannot be read` })
}
