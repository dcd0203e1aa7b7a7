// What goes to one client, in the order it was wished. Some of it waits until the journal has it; what comes later waits
// behind it, so that released bytes and the gateway's own words never change places.

import type { Writable } from 'node:stream'

interface Slot {
  bytes: Uint8Array | null
}

/** Shorter ones are copied into Node's own pool. */
const pooledBytes = 4096
const keptBytes = 256 * 1024
/** A buffer that no socket has; all outputs copy into it in turn. */
let spare: Buffer | null = null

export class Output {
  #socket: Writable
  /** Oldest first. Bounded by the relay, which stops reading the target while `waitingBytes` is high. */
  readonly #slots: Slot[] = []
  #whenEmpty: (() => void)[] = []
  #waitingBytes = 0

  constructor(socket: Writable) {
    this.#socket = socket
  }

  /** After TLS is up, the same order goes on over the secured stream. */
  moveTo(socket: Writable): void {
    this.#socket = socket
  }

  get waitingBytes(): number {
    return this.#waitingBytes + this.#socket.writableLength
  }

  /** Bytes that may go as soon as their turn comes. They must not be changed afterwards. */
  ready(bytes: Uint8Array): void {
    if (this.#slots.length === 0) this.#write(bytes)
    else this.#push({ bytes }, bytes.length)
  }

  /** The same for bytes that their owner will change: a read buffer, which is used again before the client has taken them. */
  borrowed(bytes: Uint8Array): void {
    if (this.#slots.length > 0 || bytes.length < pooledBytes) {
      this.ready(Buffer.from(bytes))
      return
    }
    const copy = spare !== null && spare.length >= bytes.length ? spare : Buffer.allocUnsafeSlow(bytes.length)
    spare = null
    copy.set(bytes)
    this.#write(copy.subarray(0, bytes.length))
    // A socket that has nothing left to write gave it all to the kernel, or to the cipher, before `write` returned.
    if (this.#socket.writableLength === 0 && copy.length <= keptBytes) spare = copy
  }

  /** Keeps a place for bytes that are on their way. @returns how to fill it */
  reserve(expectedBytes: number): (bytes: Uint8Array) => void {
    const slot: Slot = { bytes: null }
    this.#push(slot, expectedBytes)
    return (bytes) => {
      slot.bytes = bytes
      this.#waitingBytes += bytes.length - expectedBytes
      this.#drain()
    }
  }

  /** Runs `then` when nothing waits any more; at once when nothing does. */
  whenEmpty(then: () => void): void {
    if (this.#slots.length === 0) then()
    else this.#whenEmpty.push(then)
  }

  /** A fault: what was not released yet never will be. */
  discard(): void {
    this.#slots.length = 0
    this.#whenEmpty.length = 0
    this.#waitingBytes = 0
  }

  #push(slot: Slot, bytes: number): void {
    this.#slots.push(slot)
    this.#waitingBytes += bytes
  }

  #drain(): void {
    const first = this.#slots.findIndex((slot) => slot.bytes === null)
    const count = first === -1 ? this.#slots.length : first
    if (count === 0) return
    const done = this.#slots.splice(0, count)
    if (done.length > 1) this.#socket.cork()
    for (const slot of done) {
      this.#waitingBytes -= slot.bytes?.length ?? 0
      if (slot.bytes !== null) this.#write(slot.bytes)
    }
    if (done.length > 1) this.#socket.uncork()
    if (this.#slots.length > 0) return
    const waiting = this.#whenEmpty
    this.#whenEmpty = []
    for (const then of waiting) then()
  }

  #write(bytes: Uint8Array): void {
    if (bytes.length > 0 && this.#socket.writable) this.#socket.write(bytes)
  }
}
