// The whole configuration: the sections of the rooms, put together and checked against the plug-ins and against each other.
// Unknown keys are errors; every problem is told at once, each at its line.

import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { approvalSettings } from '../../authorize/settings.ts'
import { connectionsSettings, type ConnectionSettings } from '../../dial/settings.ts'
import { identitySettings } from '../../identify/settings.ts'
import type { Connection } from '../../kernel/connection.ts'
import type { CodecProtocol, Protocol } from '../../kernel/protocol.ts'
import { listenSettings, type ListenerSettings } from '../../listen/settings.ts'
import { maskingSettings } from '../../mask/settings.ts'
import { didYouMean } from '../../languages/nearest.ts'
import { isLoopbackAddress, isLoopbackHost } from '../../wire/loopback.ts'
import { evidenceSettings } from '../../record/settings.ts'
import { parseYaml, type Problem, type YamlSource } from './yaml-source.ts'

const origin = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9./-]{0,200}$/,
    'the origin is a name such as gw.example.com: letters, digits, dots, dashes and slashes',
  )

const settings = z.strictObject({
  origin,
  dataDir: z.string().min(1).default('./data'),
  listen: listenSettings,
  identity: identitySettings,
  connections: connectionsSettings,
  policies: z.string().min(1).default('./policies'),
  approvals: approvalSettings.prefault({}),
  evidence: evidenceSettings.prefault({}),
  masking: maskingSettings.prefault({}),
})

export type Settings = z.output<typeof settings>

export interface Configuration {
  /** Absolute, with paths resolved against the folder of the file. */
  readonly dataDir: string
  readonly policiesDir: string
  readonly baseDir: string
  readonly settings: Settings
  readonly connections: readonly Connection[]
  /** Protocols that listen on a port of their own, with where. */
  readonly listeners: readonly { readonly protocol: CodecProtocol; readonly settings: ListenerSettings }[]
}

export type Configured =
  | { readonly ok: true; readonly value: Configuration }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export function readConfiguration(file: string, protocols: readonly Protocol[]): Configured {
  const read = readPlain(file)
  if (typeof read === 'string') return parseConfiguration(file, read, protocols)
  return { ok: false, problems: [{ file, line: 1, column: 1, path: '', message: read.why }] }
}

function readPlain(file: string): string | { readonly why: string } {
  try {
    // Not to wait for whoever should write to a pipe.
    return statSync(file).isFile() ? readFileSync(file, 'utf8') : { why: 'it is not a file' }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return { why: code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})` }
  }
}

export function parseConfiguration(file: string, text: string, protocols: readonly Protocol[]): Configured {
  const parsed = parseYaml(file, text, settings)
  if (!parsed.ok) return parsed
  const { source } = parsed
  const baseDir = dirname(resolve(file))
  const value = { ...parsed.value, listen: withPlaces(parsed.value.listen, baseDir) }
  const problems = [
    ...listenProblems(value, protocols, source),
    ...connectionProblems(value, protocols, source),
    ...ignoreProblems(value, source),
  ]
  if (problems.length > 0) return { ok: false, problems }
  const connections = value.connections.map((one, index) =>
    toConnection(one, value, source.place(['connections', index])),
  )
  const own = connections.flatMap((connection, index) => ownProblems(connection, index, protocols, source))
  if (own.length > 0) return { ok: false, problems: own }
  return {
    ok: true,
    value: {
      dataDir: resolve(baseDir, value.dataDir),
      policiesDir: resolve(baseDir, value.policies),
      baseDir,
      settings: value,
      connections,
      listeners: listenersOf(value, protocols),
    },
  }
}

/** Like every path of the file, those of certificates begin where the file is, wherever the gateway is started. */
function withPlaces(listen: Settings['listen'], baseDir: string): Settings['listen'] {
  const placed = Object.entries(listen).map(([name, one]) => {
    const { tls } = one
    const files = typeof tls === 'string' ? tls : { cert: resolve(baseDir, tls.cert), key: resolve(baseDir, tls.key) }
    return [name, { ...one, tls: files }] as const
  })
  return { ...listen, ...Object.fromEntries(placed) }
}

function toConnection(one: ConnectionSettings, all: Settings, place: string): Connection {
  const { name, protocol, target, tags } = one
  const capture = {
    mode: one.capture ?? all.evidence.capture.mode,
    bytesPerAction: all.evidence.capture.bytesPerAction,
  }
  return { name, protocol, target: new URL(target), tags, capture, source: place }
}

function listenProblems(value: Settings, protocols: readonly Protocol[], source: YamlSource): Problem[] {
  const known = protocols.filter((protocol) => protocol.shape === 'codec').map((protocol) => protocol.id)
  const strange = Object.keys(value.listen)
    .filter((key) => key !== 'https' && !known.includes(key))
    .map((key) => source.problem(['listen', key], unknown('protocol with a port of its own', key, [...known, 'https'])))
  return [...strange, ...samePorts(value, source), ...openInClear(value, source)]
}

/** It would listen on loopback all the same, and nobody would know why no client gets through. */
function openInClear(value: Settings, source: YamlSource): Problem[] {
  return Object.entries(value.listen)
    .filter(([, { tls, host }]) => tls === 'off' && !isLoopbackHost(host) && !isLoopbackAddress(host))
    .map(([key]) =>
      source.problem(
        ['listen', key, 'host'],
        'with tls: off only loopback is listened on; leave host out, or give tls',
      ),
    )
}

/** 0 is any port that is free. */
function samePorts(value: Settings, source: YamlSource): Problem[] {
  const taken = new Map<number, string>()
  const problems: Problem[] = []
  for (const [key, { port }] of Object.entries(value.listen)) {
    const other = taken.get(port)
    if (other !== undefined && port !== 0)
      problems.push(source.problem(['listen', key, 'port'], `${other} listens on port ${port} already`))
    taken.set(port, key)
  }
  return problems
}

function connectionProblems(value: Settings, protocols: readonly Protocol[], source: YamlSource): Problem[] {
  const problems: Problem[] = []
  const names = new Set<string>()
  for (const [index, connection] of value.connections.entries()) {
    const at = ['connections', index]
    if (names.has(connection.name)) problems.push(source.problem([...at, 'name'], 'another connection has this name'))
    names.add(connection.name)
    const protocol = protocols.find((known) => known.id === connection.protocol)
    if (protocol === undefined) {
      const ids = protocols.map((known) => known.id)
      problems.push(source.problem([...at, 'protocol'], unknown('protocol', connection.protocol, ids)))
      continue
    }
    problems.push(...targetProblems(connection, protocol, at, source))
  }
  return problems
}

function ignoreProblems(value: Settings, source: YamlSource): Problem[] {
  const names = value.connections.map(({ name }) => name)
  return value.masking.ignore.flatMap(({ connection }, index) =>
    connection === undefined || names.includes(connection)
      ? []
      : [source.problem(['masking', 'ignore', index, 'connection'], unknown('connection', connection, names))],
  )
}

function targetProblems(
  connection: ConnectionSettings,
  protocol: Protocol,
  at: readonly PropertyKey[],
  source: YamlSource,
): Problem[] {
  const problems: Problem[] = []
  const url = new URL(connection.target)
  const scheme = url.protocol.slice(0, -1)
  if (!protocol.targetSchemes.includes(scheme)) {
    problems.push(
      source.problem(
        [...at, 'target'],
        `a target of ${protocol.id} begins with ${protocol.targetSchemes.map((one) => `${one}://`).join(' or ')}`,
      ),
    )
  }
  if (url.password !== '' || url.username !== '') {
    problems.push(
      source.problem([...at, 'target'], 'a target names no user and no password; they belong into credential'),
    )
  }
  const given = Object.keys(connection.credential).sort().join()
  if (!protocol.credentialKinds.some((kind) => [...kind.fields].sort().join() === given)) {
    const choices = protocol.credentialKinds.map((kind) => `{ ${kind.fields.join(', ')} }`).join(' or ')
    problems.push(source.problem([...at, 'credential'], `the credential of ${protocol.id} is ${choices}`))
  }
  return problems
}

function ownProblems(
  connection: Connection,
  index: number,
  protocols: readonly Protocol[],
  source: YamlSource,
): Problem[] {
  const protocol = protocols.find((known) => known.id === connection.protocol)
  return (protocol?.checkConnection(connection) ?? []).map((message) => source.problem(['connections', index], message))
}

function listenersOf(value: Settings, protocols: readonly Protocol[]): Configuration['listeners'] {
  return protocols.flatMap((protocol) => {
    if (protocol.shape !== 'codec') return []
    const configured = value.listen[protocol.id]
    const used = value.connections.some((connection) => connection.protocol === protocol.id)
    if (configured === undefined && !used) return []
    return [{ protocol, settings: configured ?? { ...value.listen.https, port: protocol.defaultPort } }]
  })
}

function unknown(what: string, word: string, known: readonly string[]): string {
  return `there is no ${what} '${word}'${didYouMean(word, known) || `; known: ${known.join(', ')}`}`
}
