// A file that is whole and on disk under its name, or not there. It is written as a draft beside its place, synced, and gets its
// name last; a crash leaves drafts.

import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const draft = '.tmp-'

/** `new`: a file that is there stays, also when two processes write at once. `replaced`: the last one counts. */
export type Publishing = 'new' | 'replaced'

/** The folder is there. @returns false when a `new` one found its name taken; that name is on disk then, too */
export function writeWhole(path: string, content: string | Uint8Array, publishing: Publishing): boolean {
  const folder = dirname(path)
  const written = join(folder, `${draft}${randomUUID()}`)
  const file = openSync(written, 'wx', 0o600)
  try {
    try {
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    if (publishing === 'new') linkSync(written, path)
    else renameSync(written, path)
    syncFolder(folder)
    return true
  } catch (error) {
    if (publishing !== 'new' || codeOf(error) !== 'EEXIST') throw error
    // Whoever gave it its name may have died before the name was on disk.
    syncFolder(folder)
    return false
  } finally {
    // After a rename there is nothing left to remove.
    rmSync(written, { force: true })
  }
}

export function isDraft(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith(draft)
}

export function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
