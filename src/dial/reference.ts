// References to secrets: `env:NAME`, `file:PATH` (relative to the configuration file), `store:NAME`. A reference is not
// secret; what it points to lives in a Secret from the moment it is read.

import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Fault } from '../kernel/fault.ts'
import { Secret } from '../kernel/secret.ts'

const maxSecretBytes = 64 * 1024
const kinds = ['env', 'file', 'store'] as const

export interface SecretStore {
  /** null when there is none of that name. */
  readSecret(name: string): Secret | null
}

export function isReference(text: string): boolean {
  const colon = text.indexOf(':')
  return colon > 0 && colon < text.length - 1 && kinds.some((kind) => kind === text.slice(0, colon))
}

export class References {
  readonly #baseDir: string
  readonly #env: NodeJS.ProcessEnv
  readonly #store: SecretStore | null

  constructor(baseDir: string, env: NodeJS.ProcessEnv, store: SecretStore | null) {
    this.#baseDir = baseDir
    this.#env = env
    this.#store = store
  }

  /** @throws Fault `credential.unavailable` naming the reference, never what it holds. */
  read(reference: string): Secret {
    const colon = reference.indexOf(':')
    const kind = reference.slice(0, colon)
    const name = reference.slice(colon + 1)
    const secret =
      kind === 'env' ? this.#fromEnv(name) : kind === 'file' ? this.#fromFile(name) : this.#store?.readSecret(name)
    if (secret === null || secret === undefined)
      throw new Fault('credential.unavailable', { reference, why: 'there is no such secret' })
    return secret
  }

  #fromEnv(name: string): Secret | null {
    const value = this.#env[name]
    return value === undefined || value === '' ? null : new Secret(value)
  }

  #fromFile(path: string): Secret {
    const full = resolve(this.#baseDir, path)
    try {
      if (statSync(full).size > maxSecretBytes)
        throw new Fault('credential.unavailable', { reference: `file:${path}`, why: 'larger than 64 KiB' })
      // One newline at the end is the editor's, not the secret's.
      const text = readFileSync(full, 'utf8').replace(/\r?\n$/, '')
      if (text === '')
        throw new Fault('credential.unavailable', { reference: `file:${path}`, why: 'the file is empty' })
      return new Secret(text)
    } catch (error) {
      if (error instanceof Fault) throw error
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      throw new Fault('credential.unavailable', { reference: `file:${path}`, why: code }, error)
    }
  }
}
