// A client of a database that speaks in messages and hears in words.

import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { client, toWords } from '../../src/protocols/postgres/testing/messages.ts'

const patienceMs = 10_000

export class SqlWire {
  readonly #socket: Socket
  #held: Buffer = Buffer.alloc(0)
  #heard: string[] = []
  #moved: () => void = () => undefined

  private constructor(port: number) {
    this.#socket = connect(port, 'localhost').setNoDelay(true)
    this.#socket.on('error', () => undefined)
    this.#socket.on('close', () => this.#moved())
    this.#socket.on('data', (chunk: Buffer) => {
      this.#read(chunk)
      this.#moved()
    })
  }

  /** Logged in, and ready. */
  static async open(port: number, password: string): Promise<SqlWire> {
    const wire = new SqlWire(port)
    wire.say(client.startup({ user: 'app' }))
    await wire.hear('R')
    wire.say(client.password(password))
    await wire.hear('Z')
    return wire
  }

  say(...messages: readonly Uint8Array[]): void {
    this.#socket.write(Buffer.concat(messages))
  }

  /** Each in a write of its own. */
  async sayApart(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      this.#socket.write(piece)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** What was heard until a message of one of these types, which is the last of it. */
  async hear(types: string, times = 1): Promise<string[]> {
    const isLast = (word: string): boolean => types.includes(word.charAt(0))
    const isThere = (words: readonly string[]): boolean => words.filter(isLast).length >= times
    const heard = await this.hearUntil(isThere)
    assert.ok(isThere(heard), `one of ${types} behind ${heard.join(' ')}`)
    return heard
  }

  /** What was heard until then, or until the socket closed, or until nobody would wait any longer. */
  async hearUntil(isAll: (words: readonly string[]) => boolean): Promise<string[]> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs)
      this.#moved = () => {
        if (!isAll(this.#heard) && !this.#socket.destroyed) return
        clearTimeout(timer)
        resolve()
      }
      this.#moved()
    })
    return this.#heard.splice(0)
  }

  end(): void {
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#held, chunk])
    let end = 0
    while (bytes.length - end >= 5 && bytes.length - end > bytes.readInt32BE(end + 1))
      end += 1 + bytes.readInt32BE(end + 1)
    this.#heard.push(...toWords(bytes.subarray(0, end)))
    this.#held = bytes.subarray(end)
  }
}
