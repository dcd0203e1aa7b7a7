// Where a log is read from: a folder that was copied, or anything that answers by key. Nothing it gives is trusted, and
// nothing in it is read to an end that somebody else decides: a part has a size, and what is no plain file is no part.

import { constants, open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

/** Why a part that has a name has no bytes. */
export type Unreadable = 'too large' | 'no plain file' | 'not readable'

export interface LogReader {
  /**
   * null when it is not there; rejects when nothing can be read at all.
   * @param maxBytes more than this is not read, whatever is there
   */
  get(key: string, maxBytes: number): Promise<Uint8Array | null | Unreadable>
}

/** What each part of a log may be at most. */
export const partLimits = Object.freeze({
  note: 2 ** 20,
  policy: 2 ** 20,
  tile: 256 * 32,
  bundle: 256 * (2 + 0xffff),
  statement: 2 ** 20,
  /** A flush at its largest, and one largest answer more. */
  object: 2 ** 28,
})

/** @returns the bytes, or in a word why there are none */
export async function readPart(reader: LogReader, key: string, maxBytes: number): Promise<Uint8Array | string> {
  const stored = await reader.get(key, maxBytes)
  if (stored === null) return 'missing'
  return typeof stored !== 'string' && stored.length > maxBytes ? 'too large' : stored
}

/** Keys come from the log itself, which may be hostile: only plain relative paths lead anywhere. */
export function isPartKey(key: string): boolean {
  return (
    key.length <= 500 &&
    /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(key) &&
    !key.split('/').some((segment) => /^\.+$/.test(segment))
  )
}

export function toFolderReader(dir: string): LogReader {
  return {
    async get(key, maxBytes) {
      if (!isPartKey(key)) return null
      try {
        // Not to wait for whoever should write to a pipe, and not to become anybody's terminal.
        const file = await open(join(dir, key), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
        try {
          return await readPlain(file, maxBytes)
        } finally {
          await file.close()
        }
      } catch (error) {
        return toAbsence(error)
      }
    },
  }
}

async function readPlain(file: FileHandle, maxBytes: number): Promise<Uint8Array | Unreadable> {
  const stat = await file.stat()
  if (!stat.isFile()) return 'no plain file'
  if (stat.size > maxBytes) return 'too large'
  // As many bytes as it had: a file that grows meanwhile is not followed.
  const bytes = Buffer.alloc(stat.size)
  let length = 0
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}

/** One part that the system does not give is a finding, never the end of the whole verification. */
function toAbsence(error: unknown): null | Unreadable {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code !== 'string') throw error
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null
  return code === 'ELOOP' || code === 'ENXIO' ? 'no plain file' : 'not readable'
}
