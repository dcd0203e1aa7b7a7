// Ports for programs that are told theirs. One that the system gives and gets back may be anybody's before it is used, as the
// near end of a connection too. So these are from below those that it gives by itself, and each is held until this process ends:
// by a UDP socket of the same number, which whoever else runs tests on this machine comes upon.

import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Linux gives from 32768 up (`ip_local_port_range`). */
const [first, end] = [20_000, 32_768]

export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(first, end)
    if ((await isHeld(port)) && (await isFree(port))) return port
  }
}

async function isHeld(port: number): Promise<boolean> {
  const holder = createSocket('udp4')
  const held = once(holder, 'listening')
  holder.bind({ port, address: '127.0.0.1', exclusive: true })
  holder.unref()
  return await isBound(held)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const listening = once(server, 'listening')
  server.listen({ port, exclusive: true })
  if (!(await isBound(listening))) return false
  await new Promise((closed) => {
    server.close(closed)
  })
  return true
}

async function isBound(bound: Promise<unknown>): Promise<boolean> {
  return await bound.then(
    () => true,
    () => false,
  )
}
