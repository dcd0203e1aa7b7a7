// The first packet of a connection (protocol documentation, "Start-up" and "Canceling Requests in Progress"): no type byte,
// a length, a code. Parsed from a client that is nobody yet, so everything in it is bounded and checked.

import { Fault } from '../../kernel/fault.ts'
import type { TlsRequest } from '../../kernel/target.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import { ByteCursor, readInt32 } from '../../wire/byte-cursor.ts'
import { fromTarget, toFrame } from './messages.ts'
import { isHarmlessSetting, isUtf8Name } from './settings.ts'

const cancelCode = 80_877_102
const sslCode = 80_877_103
const gssCode = 80_877_104

const newestMinor = 2
/** 3.1 was never a version: it is answered as 3.0. */
const firstLongKeyMinor = 2
const maxParameters = 64

export type FirstPacket =
  | { readonly kind: 'ssl' }
  | { readonly kind: 'gss' }
  | { readonly kind: 'cancel'; readonly processId: number; readonly key: Uint8Array }
  | { readonly kind: 'startup'; readonly startup: Startup }

export interface Startup {
  /** Minor version we speak with this client: 0 or 2. */
  readonly minor: number
  /** The client asked for something we do not know; it is told which. */
  readonly negotiate: readonly string[] | null
  readonly user: string
  readonly database: string
  readonly applicationName: string | null
  /** Settings to hand on, harmless ones only; from parameters and from `options`. */
  readonly settings: readonly (readonly [string, string])[]
  /** Why this client is not served, in words for it. */
  readonly refusal: string | null
}

/** @returns null while the packet is not whole. @throws Fault `frame.malformed`, `frame.too-large` */
export function startupLength(bytes: Uint8Array, at: number, end: number, maxBytes: number): number | null {
  if (end - at < 4) return null
  const length = readInt32(bytes, at)
  if (length < 8) throw new Fault('frame.malformed', { why: 'impossible length of the first packet', length })
  if (length > maxBytes) throw new Fault('frame.too-large', { phase: 'greeting', length, limit: maxBytes })
  return end - at < length ? null : length
}

export function parseFirstPacket(bytes: Uint8Array, at: number, length: number): FirstPacket {
  const cursor = new ByteCursor(bytes, at + 4, at + length, 'frame.malformed')
  const code = cursor.int32()
  if (code === sslCode || code === gssCode) {
    cursor.requireEnd()
    return { kind: code === sslCode ? 'ssl' : 'gss' }
  }
  if (code === cancelCode) {
    const processId = cursor.int32()
    const key = Uint8Array.from(cursor.take(cursor.left))
    if (key.length < 4 || key.length > 256) throw cursor.malformed('a cancel key of impossible length')
    return { kind: 'cancel', processId, key }
  }
  const major = code >>> 16
  if (major !== 3) throw new Fault('frame.malformed', { why: 'not protocol 3', major })
  return { kind: 'startup', startup: parseStartup(cursor, code & 0xffff) }
}

function parseStartup(cursor: ByteCursor, minor: number): Startup {
  const given = new Map<string, string>()
  const unknownOptions: string[] = []
  for (let name = cursor.text(); name !== ''; name = cursor.text()) {
    const value = cursor.text()
    if (name.startsWith('_pq_.')) unknownOptions.push(name)
    else given.set(name, value)
    if (given.size + unknownOptions.length > maxParameters) throw cursor.malformed('too many parameters')
  }
  cursor.requireEnd()
  const user = given.get('user') ?? ''
  const database = given.get('database') ?? user
  const spoken = minor >= firstLongKeyMinor ? newestMinor : 0
  const { settings, refusal } = judgeSettings(given)
  return {
    minor: spoken,
    negotiate: minor === spoken && unknownOptions.length === 0 ? null : unknownOptions,
    user,
    database,
    applicationName: given.get('application_name') ?? settings.findLast(isApplicationName)?.[1] ?? null,
    settings: settings.filter((setting) => !isApplicationName(setting)),
    refusal: database === '' ? 'Name a connection of the gateway as the database.' : refusal,
  }
}

/** However it is written, and in `options`, too. */
function isApplicationName([name]: readonly [string, string]): boolean {
  return name.toLowerCase() === 'application_name'
}

const notSettings: ReadonlySet<string> = new Set(['user', 'database', 'replication', 'options', 'application_name'])

function judgeSettings(given: ReadonlyMap<string, string>): Pick<Startup, 'settings' | 'refusal'> {
  const replication = given.get('replication') ?? 'off'
  if (!/^(?:off|false|no|0)$/i.test(replication)) {
    return { settings: [], refusal: 'Replication connections do not pass the gateway.' }
  }
  const settings: [string, string][] = [...given].filter(([name]) => !notSettings.has(name))
  const options = parseOptions(given.get('options') ?? '')
  if (options === null) return { settings: [], refusal: 'Only `-c name=value` is allowed in options.' }
  settings.push(...options)
  const kept = settings.filter(([name]) => name.toLowerCase() !== 'client_encoding')
  for (const [name, value] of settings) {
    if (name.toLowerCase() === 'client_encoding' ? !isUtf8Name(value) : !isHarmlessSetting(name)) {
      const words =
        name.toLowerCase() === 'client_encoding' ? 'The gateway speaks UTF-8 only' : 'It may change what is allowed'
      return { settings: [], refusal: `The setting "${toPlain(name)}" is not allowed at start. ${words}.` }
    }
  }
  return { settings: kept, refusal: null }
}

/** As the server reads them: words by spaces, a backslash keeps the next character. @returns null when it is not only settings */
function parseOptions(text: string): [string, string][] | null {
  const words = [...text.matchAll(/(?:\\[^]|[^\s\\])+/g)].map(([word]) => word.replaceAll(/\\([^])/g, '$1'))
  const settings: [string, string][] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    const assignment = word === '-c' ? words[++i] : /^(?:-c|--)([^]+)$/.exec(word)?.[1]
    const found = /^([A-Za-z_][\w.-]*)=([^]*)$/.exec(assignment ?? '')
    if (found === null) return null
    settings.push([(found[1] ?? '').replaceAll('-', '_'), found[2] ?? ''])
  }
  return settings
}

/** A client's word in an error it reads itself. */
function toPlain(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 63)
}

/** What the client may use of the version it asked for. */
export function toNegotiation(startup: Startup, options: readonly string[]): Uint8Array {
  return toFrame(fromTarget.negotiate, (body) => {
    body.int32((3 << 16) | startup.minor).int32(options.length)
    for (const option of options) body.cstring(option)
  })
}

// ── towards the target ──

function toUntyped(code: number, build: (body: ByteBuilder) => void): Uint8Array {
  const builder = new ByteBuilder()
  const at = builder.openLength()
  build(builder.int32(code))
  return builder.closeLength(at, true).done()
}

export const sslRequest = toUntyped(sslCode, () => undefined)
export const tlsRequest: TlsRequest = { ask: sslRequest, agreed: 'S'.charCodeAt(0) }

export function toStartup(minor: number, parameters: readonly (readonly [string, string])[]): Uint8Array {
  return toUntyped((3 << 16) | minor, (body) => {
    for (const [name, value] of parameters) body.cstring(name).cstring(value)
    body.uint8(0)
  })
}

export function toCancelRequest(processId: number, key: Uint8Array): Uint8Array {
  return toUntyped(cancelCode, (body) => body.int32(processId).bytes(key))
}
