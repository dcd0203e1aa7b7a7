// The head of an answer. It is text of the target like the body, so it is masked, scanned and recorded like it: written as
// in HTTP/1.1 (RFC 9112 §2), carried, and read back. Only then is it the client's.

import { Fault } from '../../kernel/fault.ts'
import type { Carrier, Masker } from '../../kernel/masker.ts'
import { patchSpans, type Edit } from '../../wire/patch.ts'
import { toField } from './fields.ts'

export interface ResponseHead {
  readonly status: number
  /** Flat name, value pairs. */
  readonly headers: readonly string[]
}

/**
 * Ends here: one hop's own, cookies of a session that is the gateway's, and what would send the client elsewhere or tell
 * its library how to treat the gateway's own name.
 */
const consumed = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'content-encoding',
  'set-cookie',
  'set-cookie2',
  'alt-svc',
  'strict-transport-security',
  'refresh',
  'clear-site-data',
])

/** Grammar, not text: looking for data in these would only find it by mistake. */
const grammar =
  /^(?:content-type|date|request-id|retry-after|x-should-retry|cache-control|anthropic-ratelimit-[a-z-]+)$/
const maxHeadBytes = 64 * 1024
/** Tab is the one control character that a header may hold. */
const text = /^[\t\x20-\x7e\x80-\uffff]*$/
const LF = 0x0a

export function valueOf(headers: readonly string[], name: string): string | null {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const given = headers[i] ?? ''
    if (given.length === name.length && given.toLowerCase() === name) return headers[i + 1] ?? null
  }
  return null
}

/** Of one answer: writes its head, carries it, and reads what was released of it. */
export class HeadCarrier implements Carrier {
  readonly bytes: Uint8Array
  readonly #written: ResponseHead
  #isEdited = false

  /** @throws Fault `upstream.protocol` for a head that cannot be written as lines */
  constructor(status: number, headers: readonly string[]) {
    const kept: string[] = []
    let lines = `HTTP/1.1 ${String(status)}\r\n`
    for (let i = 0; i + 1 < headers.length; i += 2) {
      const name = headers[i]?.toLowerCase() ?? ''
      const value = headers[i + 1] ?? ''
      if (consumed.has(name)) continue
      if (!text.test(name) || !text.test(value) || name.includes(':'))
        throw new Fault('upstream.protocol', { why: 'a header with control characters' })
      kept.push(name, value)
      lines += `${name}: ${value}\r\n`
    }
    this.bytes = Buffer.from(`${lines}\r\n`, 'latin1')
    if (this.bytes.length > maxHeadBytes) throw new Fault('upstream.protocol', { why: 'a head that is too long' })
    this.#written = { status, headers: kept }
  }

  carry(head: Uint8Array, masker: Masker): Uint8Array {
    const edits: Edit[] = []
    const { headers } = this.#written
    let from = head.indexOf(LF) + 1
    for (let i = 0; i + 1 < headers.length; i += 2) {
      const name = headers[i] ?? ''
      const start = from + name.length + 2
      const end = start + (headers[i + 1] ?? '').length
      const masked = grammar.test(name) ? null : masker.value(head, start, end, toField(name))
      if (masked !== null) edits.push({ start, end, with: oneLine(masked) })
      from = end + 2
    }
    this.#isEdited = edits.length > 0
    return patchSpans(head, edits)
  }

  finish(): Uint8Array {
    return new Uint8Array(0)
  }

  /** @throws Fault `upstream.protocol` when what came through is no head any more */
  released(bytes: Uint8Array): ResponseHead {
    // Shorter: its end is held back, because it could be the beginning of a credential.
    return this.#isEdited || bytes.length !== this.bytes.length ? readHeadBytes(bytes) : this.#written
  }
}

function readHeadBytes(bytes: Uint8Array): ResponseHead {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const [first = '', ...lines] = head.split('\r\n')
  const status = Number(/^HTTP\/1\.1 ([1-9][0-9]{2})$/.exec(first)?.[1])
  if (!head.endsWith('\r\n\r\n') || Number.isNaN(status))
    throw new Fault('upstream.protocol', { why: 'a head without its end' })
  const headers: string[] = []
  for (const line of lines) {
    const colon = line.indexOf(': ')
    if (colon > 0) headers.push(line.slice(0, colon), line.slice(colon + 2))
  }
  return { status, headers }
}

function oneLine(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte < 0x20 || byte === 0x7f ? 0x20 : byte))
}
