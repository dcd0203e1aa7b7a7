// A disk of a test's own, small enough to be full: memory that is mounted in a namespace, for which nobody has to be root. It is
// seen from outside by way of the process that holds it, and gone with that, however the test ends.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  readonly dir: string
  /** Runs a command where the disk is at home: a database goes by what paths are behind their links. */
  readonly within: readonly string[]
  /** @param bytes so many, or all that there is room for */
  fill(bytes?: number): void
  free(): void
  remove(): Promise<void>
}

/** @param options of the mount, such as `size=1m,ro` */
export async function newSmallDisk(options: string): Promise<SmallDisk> {
  const mountPoint = mkdtempSync(join(tmpdir(), 'sallyport-disk-'))
  // Its input ends with us, and it with that.
  const script = 'mount -t tmpfs -o "$1" tmpfs "$2" && echo mounted && exec cat'
  const holder = spawn('unshare', [
    '--user',
    '--map-root-user',
    '--mount',
    'sh',
    '-c',
    script,
    'sh',
    options,
    mountPoint,
  ])
  const closed = once(holder, 'close')
  let said = ''
  holder.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const isMounted = await Promise.race([once(holder.stdout, 'data').then(() => true), closed.then(() => false)])
  if (!isMounted) {
    rmSync(mountPoint, { recursive: true })
    throw new Error(
      `no disk for the test: ${said.trim()}; it needs user namespaces, which sysctl or a container may forbid`,
    )
  }
  const dir = `/proc/${holder.pid}/root${mountPoint}`
  const ballast = join(dir, 'ballast')
  return {
    dir,
    within: ['nsenter', '--user', '--mount', '--preserve-credentials', '--target', String(holder.pid), '--'],
    fill(bytes = Infinity) {
      const file = openSync(ballast, 'a')
      try {
        for (const size of [65_536, 4_096, 1]) fillWith(file, Buffer.alloc(size, 0x78), bytes)
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast, { force: true }),
    async remove() {
      holder.stdin.end()
      await closed
      rmSync(mountPoint, { recursive: true, force: true })
    },
  }
}

function fillWith(file: number, piece: Buffer, bytes: number): void {
  for (let size = fstatSync(file).size; size + piece.length <= bytes; size += piece.length) {
    try {
      writeSync(file, piece)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return
      throw error
    }
  }
}
