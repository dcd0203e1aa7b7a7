// Real clients, as people run them.

import { spawn } from 'node:child_process'
import pg from 'pg'
import { psqlPath } from './database-server.ts'
import type { Ran, TestGateway } from './gateway.ts'

/** Long for what takes a moment: on a busy machine a moment is long. */
const patienceMs = 60_000

function psqlArgs(gateway: TestGateway): string[] {
  return [
    '-X',
    '-A',
    '-t',
    `host=localhost port=${gateway.sqlPort} dbname=orders user=agent sslmode=verify-full sslrootcert=${gateway.caFile}`,
  ]
}

/** Never synchronous: the issuer that the gateway asks lives in the test's own process. */
export async function psql(gateway: TestGateway, token: string, sql: string): Promise<Ran> {
  return await startPsql(gateway, token, sql).done
}

/** A psql that runs on: for what waits, and for what is cut. */
export function startPsql(
  gateway: TestGateway,
  token: string,
  sql: string,
): { readonly done: Promise<Ran>; output(): string; kill(): void } {
  const child = spawn(psqlPath(), [...psqlArgs(gateway), '-c', sql], {
    env: { ...process.env, PGPASSWORD: token },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const done = new Promise<Ran>((resolve) => {
    child.once('close', (status) => resolve({ status, stdout, stderr }))
  })
  return { done, output: () => stdout + stderr, kill: () => child.kill('SIGKILL') }
}

export async function connectDriver(gateway: TestGateway, token: string, database = 'orders'): Promise<pg.Client> {
  const { readFileSync } = await import('node:fs')
  const client = new pg.Client({
    host: 'localhost',
    port: gateway.sqlPort,
    database,
    user: 'agent',
    password: token,
    ssl: { ca: readFileSync(gateway.caFile, 'utf8') },
  })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

export async function until<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  ms = patienceMs,
): Promise<T> {
  const started = performance.now()
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() - started > ms) throw new Error(`waited ${ms} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
