// A disk for tests: fails on order, writes short on order, and shows what a kill or a power cut leaves. A power cut
// keeps what was synced and any of the 64-byte pages that were not; a failed sync forgets which pages are dirty, as
// Linux does, so that a later sync that succeeds proves nothing.

import path from 'node:path'
import type { Disk } from '../disk.ts'

const pageBytes = 64

type Operation = 'create' | 'open' | 'write' | 'sync' | 'syncFolder' | 'rename' | 'remove' | 'list'

class MemoryFile {
  /** The page cache. */
  cache = Buffer.alloc(0)
  /** The platter; as long as the cache at most. */
  platter = Buffer.alloc(0)
  readonly dirty = new Set<number>()
  readonly syncing = new Set<number>()

  write(bytes: Uint8Array, position: number): void {
    if (position + bytes.length > this.cache.length) {
      this.cache = Buffer.concat([this.cache], position + bytes.length)
    }
    this.cache.set(bytes, position)
    const last = Math.floor((position + bytes.length - 1) / pageBytes)
    for (let page = Math.floor(position / pageBytes); page <= last; page++) this.dirty.add(page)
  }

  /** The page cache outlives the process, and is still not on the platter. */
  inherit(from: MemoryFile): void {
    this.platter = Buffer.from(from.platter)
    for (const page of [...from.dirty, ...from.syncing]) this.dirty.add(page)
  }

  /** A sync begins: these pages as they are now, whatever is written to them meanwhile. */
  beginSync(): Buffer {
    for (const page of this.dirty) this.syncing.add(page)
    this.dirty.clear()
    return Buffer.from(this.cache)
  }

  /** Failed or not, nobody will write these pages again. */
  endSync(image: Buffer | null): void {
    if (image !== null) this.settle(this.syncing, image)
    this.syncing.clear()
  }

  settle(pages: Iterable<number>, image: Buffer): void {
    const written = [...pages].filter((page) => page * pageBytes < image.length)
    const ends = written.map((page) => Math.min((page + 1) * pageBytes, image.length))
    const length = ends.reduce((longest, end) => Math.max(longest, end), this.platter.length)
    if (length > this.platter.length) this.platter = Buffer.concat([this.platter], length)
    for (const [i, page] of written.entries()) {
      const end = ends[i] ?? 0
      image.copy(this.platter, page * pageBytes, page * pageBytes, end)
    }
  }
}

export class MemoryDisk implements Disk {
  readonly files = new Map<string, MemoryFile>()
  /** Names as they are on the platter. */
  #names = new Map<string, MemoryFile>()
  readonly #open = new Map<number, MemoryFile>()
  #lastFd = 100
  #locked = false
  /** How often each operation was asked for. */
  readonly counts: Record<Operation, number> = {
    create: 0,
    open: 0,
    write: 0,
    sync: 0,
    syncFolder: 0,
    rename: 0,
    remove: 0,
    list: 0,
  }
  bytesRead = 0
  /** Error code for an operation, or null to let it happen. */
  fault: (operation: Operation) => string | null = () => null
  /** Most that one write takes. */
  maxWriteBytes = Number.MAX_SAFE_INTEGER
  /** While set, syncs wait for it. */
  syncGate: Promise<void> | null = null
  syncsRunning = 0
  mostSyncsRunning = 0

  makeFolder(): void {
    this.#check('open')
  }

  list(folder: string): readonly string[] {
    this.#check('list')
    return [...this.files.keys()].filter((name) => path.dirname(name) === folder).map((name) => path.basename(name))
  }

  create(name: string): number {
    this.#check('create')
    if (this.files.has(name)) throw failure('EEXIST')
    this.files.set(name, new MemoryFile())
    return this.open(name)
  }

  openOrCreate(name: string): number {
    return this.files.has(name) ? this.open(name) : this.create(name)
  }

  open(name: string): number {
    this.#check('open')
    const file = this.files.get(name)
    if (file === undefined) throw failure('ENOENT')
    this.#open.set(++this.#lastFd, file)
    return this.#lastFd
  }

  write(fd: number, buffers: readonly Uint8Array[], position: number): number {
    this.#check('write')
    const bytes = Buffer.concat(buffers).subarray(0, this.maxWriteBytes)
    this.#file(fd).write(bytes, position)
    return bytes.length
  }

  read(fd: number, into: Uint8Array, position: number): number {
    const bytes = this.#file(fd).cache.subarray(position, position + into.length)
    into.set(bytes)
    this.bytesRead += bytes.length
    return bytes.length
  }

  size(fd: number): number {
    return this.#file(fd).cache.length
  }

  async sync(fd: number): Promise<void> {
    const file = this.#file(fd)
    const image = file.beginSync()
    this.syncsRunning++
    this.mostSyncsRunning = Math.max(this.mostSyncsRunning, this.syncsRunning)
    await (this.syncGate ?? new Promise((resolve) => setImmediate(resolve)))
    this.syncsRunning--
    this.#endSync(file, image)
  }

  syncNow(fd: number): void {
    const file = this.#file(fd)
    this.#endSync(file, file.beginSync())
  }

  async syncFolder(): Promise<void> {
    this.#check('syncFolder')
    this.#names = new Map(this.files)
  }

  rename(from: string, to: string): void {
    this.#check('rename')
    const file = this.files.get(from)
    if (file === undefined) throw failure('ENOENT')
    this.files.delete(from)
    this.files.set(to, file)
  }

  remove(name: string): void {
    this.#check('remove')
    this.files.delete(name)
  }

  close(fd: number): void {
    if (!this.#open.delete(fd)) throw failure('EBADF')
  }

  lock(): () => void {
    if (this.#locked) throw failure('EBUSY')
    this.#locked = true
    return () => {
      this.#locked = false
    }
  }

  get openFiles(): number {
    return this.#open.size
  }

  /** What the next boot finds after `kill -9`. */
  afterKill(): MemoryDisk {
    const next = this.#after((file) => file.cache, this.files)
    for (const [name, file] of this.files) next.files.get(name)?.inherit(file)
    next.#names = new Map([...this.#names.keys()].flatMap((name) => toEntry(name, next.files.get(name))))
    return next
  }

  /** What it finds after a power cut; `keeps` says whether an unsynced page had reached the platter. */
  afterPowerCut(keeps: () => boolean): MemoryDisk {
    return this.#after((file) => {
      const left = new MemoryFile()
      left.platter = Buffer.from(file.platter)
      left.settle([...file.dirty, ...file.syncing].filter(keeps), file.cache)
      return left.platter
    }, this.#names)
  }

  /** For tests that damage a file. */
  bytesOf(name: string): Buffer {
    const file = this.files.get(name)
    if (file === undefined) throw failure('ENOENT')
    return file.cache
  }

  truncate(name: string, length: number): void {
    const file = this.files.get(name)
    if (file !== undefined) file.cache = Buffer.from(file.cache.subarray(0, length))
  }

  #after(content: (file: MemoryFile) => Buffer, names: ReadonlyMap<string, MemoryFile>): MemoryDisk {
    const next = new MemoryDisk()
    for (const [name, file] of names) {
      const copy = new MemoryFile()
      copy.cache = Buffer.from(content(file))
      copy.platter = Buffer.from(copy.cache)
      next.files.set(name, copy)
    }
    next.#names = new Map(next.files)
    return next
  }

  #endSync(file: MemoryFile, image: Buffer): void {
    try {
      this.#check('sync')
    } catch (error) {
      file.endSync(null)
      throw error
    }
    file.endSync(image)
  }

  #file(fd: number): MemoryFile {
    const file = this.#open.get(fd)
    if (file === undefined) throw failure('EBADF')
    return file
  }

  #check(operation: Operation): void {
    this.counts[operation]++
    const code = this.fault(operation)
    if (code !== null) throw failure(code)
  }
}

function toEntry(name: string, file: MemoryFile | undefined): [string, MemoryFile][] {
  return file === undefined ? [] : [[name, file]]
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code })
}
