// What the journal needs of a file system, and nothing more: a port, so that tests can cut the power between any two
// calls. Everything that can block is synchronous except `sync`, because only a sync takes long enough to matter.

import fs from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface Disk {
  /** Creates the folder and its parents, readable by this user only. */
  makeFolder(path: string): void
  /** Names in a folder, in no order. */
  list(path: string): readonly string[]
  /** A new file; fails when there is one. */
  create(path: string): number
  /** An existing file or a new one, for reading and writing in place. */
  openOrCreate(path: string): number
  open(path: string): number
  /** May write less than it was given. @returns bytes written */
  write(fd: number, buffers: readonly Uint8Array[], position: number): number
  /** May read less. @returns bytes read, 0 at the end */
  read(fd: number, into: Uint8Array, position: number): number
  size(fd: number): number
  /** fdatasync. A failure means that what was written since the last success may be lost, now or later, whatever a second call says. */
  sync(fd: number): Promise<void>
  syncNow(fd: number): void
  /** Makes names durable: created, renamed and removed files. */
  syncFolder(path: string): Promise<void>
  rename(from: string, to: string): void
  remove(path: string): void
  close(fd: number): void
  /**
   * Takes the folder for this process until the returned function is called or the process dies. Two writers in one
   * folder would each lose the other's events.
   */
  lock(path: string): () => void
}

const sqliteBusy = 5

export const nodeDisk: Disk = {
  makeFolder,
  list: (path) => fs.readdirSync(path),
  create: (path) => fs.openSync(path, 'wx+', 0o600),
  openOrCreate: (path) => fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600),
  open: (path) => fs.openSync(path, 'r'),
  write: (fd, buffers, position) => fs.writevSync(fd, buffers, position),
  read: (fd, into, position) => fs.readSync(fd, into, 0, into.length, position),
  size: (fd) => fs.fstatSync(fd).size,
  sync,
  syncNow: (fd) => fs.fdatasyncSync(fd),
  syncFolder,
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.rmSync(path, { force: true }),
  close: (fd) => fs.closeSync(fd),
  lock,
}

function sync(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fs.fdatasync(fd, (failure) => {
      if (failure === null) resolve()
      else reject(failure)
    })
  })
}

async function syncFolder(path: string): Promise<void> {
  const fd = fs.openSync(path, 'r')
  try {
    await new Promise<void>((resolve, reject) => {
      fs.fsync(fd, (failure) => {
        if (failure === null) resolve()
        else reject(failure)
      })
    })
  } finally {
    fs.closeSync(fd)
  }
}

/** Not `recursive: true`, which never returns where a folder exists and takes no folders (/proc). */
function makeFolder(path: string): void {
  if (fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return
  const parent = dirname(path)
  if (parent !== path && !fs.existsSync(parent)) makeFolder(parent)
  fs.mkdirSync(path, { mode: 0o700 })
}

/** Node has no flock. SQLite's own lock is one: the kernel lets go of it when the process dies, however it dies. */
function lock(path: string): () => void {
  // First as a plain file: SQLite would not say why it cannot be opened.
  fs.closeSync(fs.openSync(path, 'a', 0o600))
  const held = new DatabaseSync(path, { timeout: 0 })
  try {
    held.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (failure) {
    held.close()
    const busy = failure instanceof Error && 'errcode' in failure && failure.errcode === sqliteBusy
    throw busy
      ? Object.assign(new Error('another process writes here', { cause: failure }), { code: 'EBUSY' })
      : failure
  }
  return () => held.close()
}

/** The operating system's word for what went wrong (`ENOSPC`); never a path. */
export function toErrorCode(failure: unknown): string {
  const code = failure instanceof Error && 'code' in failure ? failure.code : null
  return typeof code === 'string' ? code : 'unknown'
}
