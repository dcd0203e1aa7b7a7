// Segments as files: their names, their header, and how one comes to be. A segment appears under its name only when its
// header is on disk, so a header is never torn: one that does not fit is damage, or the wrong key.
//
//    0 'SALLYWAL'   8 version u8   9 boot length u8  10 zero u16  12 number u32  16 created f64  24 random 32  56 boot 64
//  120 proof of the key over all before it, 32

import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { Fault } from '../kernel/fault.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Disk } from './disk.ts'
import { headerMac, isHeaderMac, macBytes } from './segment-cipher.ts'

const magic = 'SALLYWAL'
const version = 1
const identityBytes = 120
const maxBootBytes = 64
export const headerBytes = identityBytes + macBytes

/** A segment that exists; its number orders it. */
export interface SegmentName {
  readonly number: number
  readonly path: string
}

export interface SegmentHeader {
  readonly boot: string
  readonly createdMs: number
  /** What the key of the segment is derived from. */
  readonly identity: Uint8Array
}

export interface Folder {
  readonly disk: Disk
  readonly dir: string
  readonly key: Secret<Uint8Array>
}

/** Oldest first. */
export function listSegments(folder: Folder): SegmentName[] {
  const names: SegmentName[] = []
  for (const name of folder.disk.list(folder.dir)) {
    const match = /^(\d{10})\.wal$/.exec(name)
    if (match !== null) names.push({ number: Number(match[1]), path: path.join(folder.dir, name) })
  }
  return names.sort((a, b) => a.number - b.number)
}

/** Failing leaves nothing; dying leaves a `.new` file, which the next start removes: it never held an event. */
export async function createSegment(
  folder: Folder,
  number: number,
  born: { readonly boot: string; readonly atMs: number },
): Promise<{ readonly fd: number; readonly name: SegmentName; readonly identity: Uint8Array }> {
  const { disk, dir } = folder
  const name: SegmentName = { number, path: path.join(dir, `${String(number).padStart(10, '0')}.wal`) }
  const draft = `${name.path}.new`
  disk.remove(draft)
  const fd = disk.create(draft)
  let there = draft
  try {
    const identity = toIdentity(number, born)
    const header = Buffer.concat([identity, headerMac(folder.key, identity)])
    if (disk.write(fd, [header], 0) !== header.length) throw new Error('short write of a segment header')
    await disk.sync(fd)
    disk.rename(draft, name.path)
    there = name.path
    await disk.syncFolder(dir)
    return { fd, name, identity }
  } catch (failure) {
    // A journal that has failed tries once a second: what it leaves would be many.
    disk.close(fd)
    disk.remove(there)
    throw failure
  }
}

export function removeDrafts(folder: Folder): void {
  for (const name of folder.disk.list(folder.dir)) {
    if (/^\d{10}\.wal\.new$/.test(name)) folder.disk.remove(path.join(folder.dir, name))
  }
}

/** @throws Fault `record.corrupt` */
export function readHeader(folder: Folder, fd: number, name: SegmentName): SegmentHeader {
  const bytes = Buffer.alloc(headerBytes)
  const count = folder.disk.read(fd, bytes, 0)
  const damaged = (what: string): Fault =>
    new Fault('record.corrupt', { segment: path.basename(name.path), offset: 0, what })
  if (count !== headerBytes || bytes.toString('latin1', 0, 8) !== magic) throw damaged('header')
  if (bytes.readUInt8(8) !== version) throw damaged('version')
  const identity = bytes.subarray(0, identityBytes)
  // Said apart because the fix differs: a restored backup with another key is not damage.
  if (!isHeaderMac(folder.key, identity, bytes.subarray(identityBytes))) throw damaged('header-or-key')
  if (bytes.readUInt32LE(12) !== name.number) throw damaged('renamed')
  const boot = bytes.toString('utf8', 56, 56 + Math.min(bytes.readUInt8(9), maxBootBytes))
  return { boot, createdMs: bytes.readDoubleLE(16), identity }
}

function toIdentity(number: number, born: { readonly boot: string; readonly atMs: number }): Buffer {
  const boot = Buffer.from(born.boot)
  if (boot.length > maxBootBytes) throw new Fault('internal', { reason: 'boot-id', bytes: boot.length })
  const identity = Buffer.alloc(identityBytes)
  identity.write(magic, 0, 'latin1')
  identity.writeUInt8(version, 8)
  identity.writeUInt8(boot.length, 9)
  identity.writeUInt32LE(number, 12)
  identity.writeDoubleLE(born.atMs, 16)
  randomBytes(32).copy(identity, 24)
  boot.copy(identity, 56)
  return identity
}
