// How a client reaches a database through this gateway: lines to paste and the environment of `sallyport run`. The password
// is a token, so every line asks for TLS where the listener has it.

import type { Connection } from '../../kernel/connection.ts'
import type { ConnectLines, GatewayAddress } from '../../kernel/protocol.ts'

const defaultPort = 8432

export function howToConnect(at: GatewayAddress, connection: Connection, token: string): ConnectLines {
  const { host, caFile } = at
  const port = String(at.port ?? defaultPort)
  const sslmode = at.tls ? (caFile === null ? 'require' : 'verify-full') : 'disable'
  const trust = caFile === null || !at.tls ? [] : [`sslrootcert=${conninfo(caFile)}`]
  const words = [
    `host=${conninfo(host)}`,
    `port=${port}`,
    `dbname=${conninfo(connection.name)}`,
    'user=agent',
    `sslmode=${sslmode}`,
    ...trust,
  ]
  const query = [
    `sslmode=${sslmode}`,
    ...(trust.length === 0 ? [] : [`sslrootcert=${encodeURIComponent(caFile ?? '')}`]),
  ].join('&')
  const authority = `agent:${encodeURIComponent(token)}@${host.includes(':') ? `[${host}]` : host}:${port}`
  const url = `postgresql://${authority}/${encodeURIComponent(connection.name)}?${query}`
  const env = {
    PGHOST: host,
    PGPORT: port,
    PGDATABASE: connection.name,
    PGUSER: 'agent',
    PGPASSWORD: token,
    PGSSLMODE: sslmode,
    ...(caFile === null || !at.tls ? {} : { PGSSLROOTCERT: caFile }),
  }
  return {
    lines: [`PGPASSWORD=${quoted(token)} psql ${quoted(words.join(' '))}`, '# For a driver:', quoted(url)],
    env,
  }
}

export function checkConnection(connection: Connection): readonly string[] {
  const { target } = connection
  const problems: string[] = []
  if (target.hostname === '') problems.push('the target names no host')
  if (target.port === '') problems.push('the target names no port: write `:5432` if that is it')
  if (target.username !== '' || target.password !== '') {
    problems.push('the target must not hold a credential; give it under `credential`')
  }
  if (target.hash !== '') problems.push('the target must have no fragment')
  if (target.pathname.slice(1).includes('/')) problems.push('the path of the target is one database')
  if (!isDecodable(target.pathname)) problems.push('the database in the target is not valid percent-encoding')
  if (connection.name.includes('/')) {
    problems.push('a connection of this protocol cannot have a `/` in its name: clients write connection/database')
  }
  return problems
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** A value of a connection string (libpq, "Keyword/Value Connection Strings"). */
function conninfo(value: string): string {
  return /^[A-Za-z0-9_./:@-]+$/.test(value) ? value : `'${value.replaceAll(/['\\]/g, '\\$&')}'`
}

/** For a POSIX shell; bare when nothing in it means anything there. */
function quoted(text: string): string {
  return /^[A-Za-z0-9_./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
