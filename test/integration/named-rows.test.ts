// Rows of settings, as databases keep them: one column names what another holds. The value is masked for its name, however it is
// asked for, and what has no such name passes.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import pg, { type QueryConfig, type QueryResult } from 'pg'
import { psqlPath } from '../harness/database-server.ts'
import { startSqlStage, type SqlStage } from '../harness/sql-stage.ts'

const mark = '[redacted:secret/generic-assignment]'
const secret = 'tcunEH805x'
const policies = `
@id("reads") permit (principal, action in [Action::"connect", Action::"sql:read"], resource);
`
const seed = `
CREATE TABLE settings (name text, value text, json_value jsonb, label char(20));
INSERT INTO settings VALUES
  ('smtp_password', '${secret}', '{"of": "${secret}"}', 'Password'),
  ('mode', 'fast', '{"of": "fast"}', 'Mode'),
  (NULL, 'nameless', '"nameless"', NULL);
CREATE TABLE users (login text, passwd_value text, ssn text, "Password:" text);
INSERT INTO users VALUES ('ada', 'x', '536904399', '${secret}');
CREATE TABLE keys AS SELECT 'k-' || n AS api_key, 'city-' || n AS city FROM generate_series(1, 9) n, generate_series(1, 1 + n % 3);
ANALYZE keys;
RESET ROLE;
ALTER ROLE app SET app.jwt_secret = '${secret}';
`

let stage: SqlStage
let client: pg.Client

before(async () => {
  stage = await startSqlStage(policies, seed)
  client = new pg.Client({ host: 'localhost', port: stage.gateway.sqlPort, database: 'orders', password: stage.token })
  await client.connect()
})

after(async () => {
  await client?.end()
  await stage?.stop()
})

async function psql(statement: string): Promise<Buffer> {
  const url = `host=localhost port=${stage.gateway.sqlPort} dbname=orders user=reader sslmode=disable`
  const env = { ...process.env, PGPASSWORD: stage.token }
  const child = spawn(psqlPath(), ['-X', '-A', '-t', url, '-c', statement], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  await once(child, 'close')
  return Buffer.concat(said)
}

const query = 'SELECT name, value FROM settings'
const turned = 'SELECT value, name FROM settings'

test('psql: a value is masked for what its row names, in any order of columns', async () => {
  assert.equal((await psql(query)).toString(), `smtp_password|${mark}\nmode|fast\n|nameless\n`)
  assert.equal((await psql(turned)).toString(), `${mark}|smtp_password\nfast|mode\nnameless|\n`)
  assert.equal((await psql('SELECT label, value FROM settings LIMIT 1')).toString(), `Password            |${mark}\n`)
})

test('a driver: prepared, in text and in binary, and JSON that stays JSON', async () => {
  const text = `SELECT name, value, json_value AS data_value FROM settings WHERE name IS NULL OR name <> $1`
  const expected = [
    { name: 'smtp_password', value: mark, data_value: mark },
    { name: 'mode', value: 'fast', data_value: { of: 'fast' } },
    { name: null, value: 'nameless', data_value: 'nameless' },
  ]
  for (let time = 0; time < 2; time++)
    assert.deepEqual((await client.query({ name: 'all', text, values: ['-'] })).rows, expected)
  const config: QueryConfig & { readonly binary: true } = {
    text: 'SELECT value, name FROM settings WHERE name = $1',
    values: ['smtp_password'],
    binary: true,
  }
  const binary: QueryResult = await client.query(config)
  assert.deepEqual(binary.rows, [{ value: mark, name: 'smtp_password' }])
})

test('COPY of columns that the statement names, in every form', async () => {
  const copy = async (options: string, of = turned): Promise<string> =>
    (await psql(`COPY (${of}) TO STDOUT ${options}`)).toString('latin1')
  assert.equal(await copy(''), `${mark}\tsmtp_password\nfast\tmode\nnameless\t\\N\n`)
  assert.equal(await copy('(FORMAT csv, FORCE_QUOTE *)'), `"${mark}","smtp_password"\n"fast","mode"\n"nameless",\n`)
  assert.equal(await copy('', query), `smtp_password\t${mark}\nmode\tfast\n\\N\tnameless\n`)
  const binary = await copy('(FORMAT binary)')
  assert.ok(binary.includes(`${mark}\0\0\0\rsmtp_password`) && binary.includes('fast') && !binary.includes(secret))
  const columns = await psql('COPY settings (name, value) TO STDOUT')
  assert.equal(columns.toString(), `smtp_password\t${mark}\nmode\tfast\n\\N\tnameless\n`)
})

test('bypass: columns turned into rows of their names', async () => {
  const each = 'SELECT e.* FROM users u, jsonb_each_text(to_jsonb(u)) e ORDER BY 1'
  const shown = (await psql(each)).toString()
  assert.ok(!shown.includes(secret) && !shown.includes('536904399') && shown.includes('login|ada'), shown)
})

test('bypass: what the catalog keeps of the values of a column', async () => {
  const kept = await psql(`SELECT attname, most_common_vals, histogram_bounds FROM pg_stats WHERE tablename = 'keys'`)
  const lines = kept.toString().split('\n')
  assert.match(lines.find((line) => line.startsWith('api_key|')) ?? '', /redacted/)
  assert.ok(!/k-\d/.test(kept.toString()) && kept.includes('city-7'), kept.toString())
})

test('settings of the server', async () => {
  const setting = `SELECT 'app.jwt_secret' AS name, current_setting('app.jwt_secret') AS setting`
  assert.equal((await psql(setting)).toString(), `app.jwt_secret|${mark}\n`)
  const all = (await psql('SHOW ALL')).toString()
  assert.match(all, /password_encryption\|(?:scram-sha-256|md5)/)
  assert.match(all, /ssl_passphrase_command_supports_reload\|off/)
  assert.ok(!all.includes('redacted'), all)
})
