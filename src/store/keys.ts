// The node's keys: one file a role in `<dataDir>/keys`, 32 random bytes each, created once and never overwritten. Roles do
// not share keys, so that one that leaks or is rotated takes nothing else with it.

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../kernel/fault.ts'
import { Secret } from '../kernel/secret.ts'
import { codeOf, writeWhole } from './whole-file.ts'

const roles = ['journal', 'payload', 'pseudonym', 'mask', 'fingerprint', 'log', 'attestation', 'run-token'] as const
export type KeyRole = (typeof roles)[number]

/** 32 bytes each: AES-256 and HMAC keys as they are, Ed25519 keys as their seed (RFC 8032 §5.1.5). */
export type NodeKeys = { readonly [role in KeyRole]: Secret<Uint8Array> }

const keyBytes = 32

/** @throws Fault `config.invalid` when a key cannot be read, is damaged or is readable by others */
export function openNodeKeys(dataDir: string): NodeKeys {
  const dir = join(dataDir, 'keys')
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new Fault('record.unavailable', { where: dir, why: codeOf(error) }, error)
  }
  const entries = roles.map((role) => [role, openKey(join(dir, `${role}.key`))] as const)
  return Object.fromEntries(entries) as NodeKeys
}

/** For who only looks: nothing is made. @throws Fault `config.invalid`, also when the gateway has made none yet */
export function readNodeKey(dataDir: string, role: KeyRole): Secret<Uint8Array> {
  return readKey(join(dataDir, 'keys', `${role}.key`))
}

function openKey(path: string): Secret<Uint8Array> {
  createOnce(path)
  return readKey(path)
}

function readKey(path: string): Secret<Uint8Array> {
  const { text, mode } = readOwn(path)
  if ((mode & 0o077) !== 0)
    throw new Fault('config.invalid', { where: path, why: 'the key file can be read by others; chmod 600 it' })
  const key = Buffer.from(text.trim(), 'hex')
  if (key.length !== keyBytes) throw new Fault('config.invalid', { where: path, why: 'the key file is damaged' })
  return new Secret(new Uint8Array(key))
}

function readOwn(path: string): { readonly text: string; readonly mode: number } {
  try {
    return { text: readFileSync(path, 'utf8'), mode: statSync(path).mode }
  } catch (error) {
    throw new Fault('config.invalid', { where: path, why: `the key file cannot be read (${codeOf(error)})` }, error)
  }
}

function createOnce(path: string): void {
  if (!existsSync(path)) writeOnce(path, `${randomBytes(keyBytes).toString('hex')}\n`)
}

/** Never half: half a key would be taken for a damaged one, and what a lost one encrypted is lost. */
function writeOnce(path: string, text: string): void {
  try {
    writeWhole(path, text, 'new')
  } catch (error) {
    throw new Fault('record.unavailable', { where: path, why: codeOf(error) }, error)
  }
}

/**
 * That the log key has signed. It lies beside the key and comes back from a backup with it, so that a gateway whose record is
 * lost does not sign another history of the same log: nobody could ever tell which of the two is the right one.
 */
const begunFile = 'log.begun'

export function hasLogBegun(dataDir: string): boolean {
  return existsSync(join(dataDir, 'keys', begunFile))
}

/** @throws Fault `record.unavailable` */
export function noteLogBegun(dataDir: string): void {
  if (!hasLogBegun(dataDir)) writeOnce(join(dataDir, 'keys', begunFile), 'log.key has signed a log\n')
}
