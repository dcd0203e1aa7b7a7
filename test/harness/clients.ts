// Real clients, as people run them.

import { spawn, spawnSync } from 'node:child_process'
import pg from 'pg'
import { psqlPath } from './database-server.ts'
import type { TestGateway } from './gateway.ts'

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

function psqlArgs(gateway: TestGateway, database: string): string[] {
  return [
    '-X',
    '-A',
    '-t',
    `host=localhost port=${gateway.sqlPort} dbname=${database} user=agent sslmode=verify-full sslrootcert=${gateway.caFile}`,
  ]
}

export function psql(gateway: TestGateway, token: string, sql: string, database = 'orders'): Ran {
  const done = spawnSync(psqlPath(), [...psqlArgs(gateway, database), '-c', sql], {
    encoding: 'utf8',
    timeout: 30_000,
    env: { ...process.env, PGPASSWORD: token },
  })
  return { status: done.status, stdout: done.stdout, stderr: done.stderr }
}

/** A psql that runs on: for what waits, and for what is cut. */
export function startPsql(
  gateway: TestGateway,
  token: string,
  sql: string,
): { readonly done: Promise<Ran>; output(): string; kill(): void } {
  const child = spawn(psqlPath(), [...psqlArgs(gateway, 'orders'), '-c', sql], {
    env: { ...process.env, PGPASSWORD: token },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const done = new Promise<Ran>((resolve) => {
    child.once('exit', (status) => resolve({ status, stdout, stderr }))
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

export async function until<T>(what: string, look: () => T | null | undefined | false, ms = 10_000): Promise<T> {
  const started = performance.now()
  for (;;) {
    const found = look()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() - started > ms) throw new Error(`waited ${ms} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
