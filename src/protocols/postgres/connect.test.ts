import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection } from '../../kernel/connection.ts'
import { checkConnection, howToConnect } from './connect.ts'

const connection = (more: Partial<Connection> = {}): Connection => ({
  name: 'orders',
  protocol: 'postgres',
  target: new URL('postgres://db.internal:5432/orders'),
  tags: [],
  capture: { mode: 'full', bytesPerAction: 1 },
  source: 'test',
  ...more,
})
const at = {
  host: 'gw.example.com',
  httpOrigin: 'https://gw.example.com:8470',
  port: 8432,
  tls: true,
  caFile: '/etc/gw/ca.pem',
}

test('lines to paste, for a shell and for a driver', () => {
  const { lines, env } = howToConnect(at, connection(), 'tok')
  assert.equal(
    lines[0],
    "PGPASSWORD=tok psql 'host=gw.example.com port=8432 dbname=orders user=agent sslmode=verify-full sslrootcert=/etc/gw/ca.pem'",
  )
  assert.match(
    lines[2] ?? '',
    /^'postgresql:\/\/agent:tok@gw\.example\.com:8432\/orders\?sslmode=verify-full&sslrootcert=%2Fetc/,
  )
  assert.equal(env['PGSSLROOTCERT'], '/etc/gw/ca.pem')
  assert.equal(env['PGDATABASE'], 'orders')
})

test('a public certificate is still required; TLS off is said', () => {
  assert.match(howToConnect({ ...at, caFile: null }, connection(), 't').lines[0] ?? '', /sslmode=require'/)
  assert.equal(howToConnect({ ...at, tls: false }, connection(), 't').env['PGSSLMODE'], 'disable')
})

test('what is pasted is one word, whatever is in it', () => {
  const { lines } = howToConnect({ ...at, caFile: "/a b/it's" }, connection(), "to'ken $(x)")
  assert.ok(lines[0]?.startsWith(`PGPASSWORD='to'\\''ken $(x)' psql '`))
})

test('problems of a connection are named', () => {
  assert.deepEqual(checkConnection(connection()), [])
  const problems = (target: string, name = 'orders'): string =>
    checkConnection(connection({ target: new URL(target), name })).join()
  assert.match(problems('postgres://db.internal/orders'), /no port/)
  assert.match(problems('postgres://u:p@db:5432/orders'), /credential/)
  assert.match(problems('postgres://db:5432/a/b'), /one database/)
  assert.match(problems('postgres://db:5432/%zz'), /percent-encoding/)
  assert.match(problems('postgres://db:5432/a', 'a/b'), /`\/` in its name/)
})
