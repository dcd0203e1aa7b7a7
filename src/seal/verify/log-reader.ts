// Where a log is read from: a folder that was copied, or anything that answers by key. Nothing it gives is trusted.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface LogReader {
  /** null when it is not there; rejects when it cannot be read. */
  get(key: string): Promise<Uint8Array | null>
}

/** Keys come from the log itself, which may be hostile: only plain relative paths are read. */
export function toFolderReader(dir: string): LogReader {
  return {
    async get(key) {
      if (!/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(key) || key.split('/').some((part) => /^\.+$/.test(part)))
        return null
      try {
        return await readFile(join(dir, key))
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : ''
        if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENAMETOOLONG') return null
        throw error
      }
    },
  }
}
