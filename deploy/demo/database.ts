// The demo's database: PGlite (PostgreSQL compiled to WebAssembly) behind a socket on loopback, in a process of its own,
// seeded once. One line of JSON on stdout when it is ready; it ends when its stdin does.
//
//   node deploy/demo/database.ts --port 5499 --data DIR

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, data: { type: 'string' } } })

const db = await PGlite.create(values.data === undefined ? {} : { dataDir: join(values.data, 'database') })
const seeded = await db.query(`SELECT to_regclass('public.customers') AS found`)
const [row] = seeded.rows as { found: string | null }[]
if (row?.found === null) await db.exec(readFileSync(join(import.meta.dirname, 'seed.sql'), 'utf8'))

const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: Number(values.port), maxConnections: 20 })
await server.start()
process.stdout.write(`${JSON.stringify({ ready: true, address: server.getServerConn() })}\n`)

async function stop(): Promise<void> {
  await server.stop()
  await db.close()
  process.exit(0)
}

process.once('SIGTERM', () => void stop())
// Ctrl-C reaches the whole group of processes; the demo decides when its database ends.
process.on('SIGINT', () => undefined)
process.stdin.once('end', () => void stop())
process.stdin.resume()
