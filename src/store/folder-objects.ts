// Objects in a folder: a file each, whole or not there. Writes go to a temporary file, are synced, and get their name last;
// a crash leaves temporary files, which nobody lists and the next start removes.
// Whoever writes is blocked: that is the sealer's thread, which waits for it anyway. Through the pool each of the ten calls of
// a write would cost several times itself, and the journal's sync would stand in line behind them. Reading blocks nobody.

import { mkdirSync, readdirSync, readFileSync, rmSync, type Dirent } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Fault } from '../kernel/fault.ts'
import type { ObjectStore } from '../kernel/object-store.ts'
import { codeOf, isDraft, syncFolder, writeWhole, type Publishing } from './whole-file.ts'

const maxKeyLength = 500

/** @throws Fault `record.unavailable` when the folder cannot be made */
export async function openFolderObjects(dir: string): Promise<ObjectStore> {
  await guarded(dir, () => {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  })
  return new FolderObjects(resolve(dir))
}

/** What a crash left half. Only for who alone writes here: the drafts of another are files that it is about to name. */
export async function removeDrafts(dir: string): Promise<void> {
  await guarded(dir, () => {
    for (const path of readdirSync(dir, { recursive: true, encoding: 'utf8' }))
      if (isDraft(path)) rmSync(join(dir, path), { force: true })
  })
}

class FolderObjects implements ObjectStore {
  readonly #dir: string
  /** Folders that are known to exist and to be on disk. Cleared when it grows: it only saves calls. */
  readonly #made = new Set<string>()

  constructor(dir: string) {
    this.#dir = dir
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    const path = this.#pathOf(key)
    const isNew = await guarded(key, () => this.#write(path, bytes, 'new'))
    if (isNew) return
    const there = await guarded(key, () => readFileSync(path))
    if (Buffer.compare(there, bytes) !== 0)
      throw new Fault('record.corrupt', { what: 'object', key, why: 'other bytes are there' })
  }

  async replace(key: string, bytes: Uint8Array): Promise<void> {
    const path = this.#pathOf(key)
    await guarded(key, () => this.#write(path, bytes, 'replaced'))
  }

  async get(key: string): Promise<Uint8Array | null> {
    const path = this.#pathOf(key)
    return guarded(key, () =>
      readFile(path).catch((error: unknown) => (isMissing(error) ? null : Promise.reject(error))),
    )
  }

  async list(prefix: string): Promise<readonly string[]> {
    // The folder that all keys of this prefix are in; the rest of the prefix is compared.
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    const root = folder === '' ? this.#dir : this.#pathOf(folder.slice(0, -1))
    const entries = await guarded(prefix, () => entriesOf(root))
    const keys: string[] = []
    for (const entry of entries) {
      if (!entry.isFile() || isDraft(entry.name)) continue
      const key = join(entry.parentPath, entry.name).slice(this.#dir.length + 1)
      if (key.startsWith(prefix)) keys.push(key)
    }
    return keys.sort()
  }

  async remove(key: string): Promise<void> {
    const path = this.#pathOf(key)
    await guarded(key, () => rmSync(path, { force: true }))
  }

  /** @returns false when a `new` one found its name taken */
  #write(path: string, bytes: Uint8Array, publishing: Publishing): boolean {
    this.#make(dirname(path))
    return writeWhole(path, bytes, publishing)
  }

  /** A new folder is a name in its parent, and that too must survive a crash; also one that was made when a sync failed. */
  #make(folder: string): void {
    if (this.#made.has(folder)) return
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const synced: string[] = []
    for (let at = folder; at.length > this.#dir.length && !this.#made.has(at); at = dirname(at)) {
      syncFolder(dirname(at))
      synced.push(at)
    }
    if (this.#made.size > 1000) this.#made.clear()
    for (const one of synced) this.#made.add(one)
  }

  /** @throws Fault `record.corrupt`: a key comes from what was recorded, and may not lead out of the folder */
  #pathOf(key: string): string {
    const isKey =
      key.length <= maxKeyLength &&
      key
        .split('/')
        .every((segment) => /^[A-Za-z0-9._-]+$/.test(segment) && !/^\.+$/.test(segment) && !isDraft(segment))
    if (!isKey) throw new Fault('record.corrupt', { what: 'object key' })
    return join(this.#dir, key)
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

async function guarded<T>(where: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new Fault('record.unavailable', { what: 'object', where, why: codeOf(error) }, error)
  }
}

const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'
