// A relay of node:net that knows nothing of what it carries: `byte-pipe.ts TARGET-PORT [FILE]` prints its port. With a file it
// does what G1 asks of a gateway and nothing else: of each answer a record is on disk before its first byte goes on, one write
// and one `fdatasync` for all that wait. What a gateway in Node costs at least, to be read beside what ours does.

import { fdatasync, openSync, writeSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'

/** About what one of our records of a small statement has. */
const recordBytes = 400
/** Answers wait so long for others to share their sync, and no longer than until as many are there: as our journal does. */
const shareMs = 1
const shareCount = 8

const target = Number(process.argv[2])
const file = process.argv[3] === undefined ? null : openSync(process.argv[3], 'w')

const waiting: (() => void)[] = []
let isSyncing = false
let timer: NodeJS.Timeout | null = null

function sync(): void {
  timer = null
  if (file === null || isSyncing || waiting.length === 0) return
  isSyncing = true
  const released = waiting.splice(0)
  writeSync(file, Buffer.alloc(recordBytes * released.length, 7))
  fdatasync(file, () => {
    isSyncing = false
    for (const release of released) release()
    demand()
  })
}

function demand(): void {
  if (waiting.length >= shareCount) {
    if (timer !== null) clearTimeout(timer)
    sync()
  } else if (waiting.length > 0) timer ??= setTimeout(sync, shareMs)
}

const server = createServer({ noDelay: true }, (client) => {
  const upstream = connect({
    port: target,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: Buffer.alloc(65_536),
      callback: (length, bytes) => {
        const answer = Buffer.from(bytes.subarray(0, length))
        if (file === null) client.write(answer)
        else {
          waiting.push(() => client.write(answer))
          demand()
        }
        return true
      },
    },
  })
  client.on('data', (bytes) => upstream.write(bytes))
  client.on('error', () => upstream.destroy())
  upstream.on('error', () => client.destroy())
  client.on('close', () => upstream.destroy())
  upstream.on('close', () => client.destroy())
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
