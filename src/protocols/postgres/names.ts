// What a name of this session (of a prepared statement or a portal) stands for at the server. The client speaks ahead of
// the answers, so a name is first what it will be if all goes well, and is taken back when the server skipped the message
// that would have made it. Who relies on a name asks `isCertain`: judging one text while the server runs another is the
// bypass this file is for.

import type { ByteCursor } from '../../wire/byte-cursor.ts'

export interface NameEntry<T> {
  readonly name: string
  /** null: closed. */
  readonly value: T | null
  /** Messages between two Syncs are one batch: when one of them fails, the server skips the later ones of it. */
  readonly batch: number
  isConfirmed: boolean
  /** What the name stood for before, until the server confirmed the change. */
  previous: NameEntry<T> | null
  /** Bytes it keeps alive; what the owner bounds. */
  readonly weight: number
  readonly table: NameTable<T>
}

/** The server keeps this many bytes of a name (NAMEDATALEN - 1): longer ones are the same name to it. */
const significantBytes = 63

export function toNameKey(name: Uint8Array): string {
  return nameBetween(name, 0, name.length)
}

/** The name that the cursor stands at; its NUL is consumed. */
export function readName(cursor: ByteCursor): string {
  const start = cursor.offset
  return nameBetween(cursor.bytes, start, cursor.skipString())
}

function nameBetween(bytes: Uint8Array, start: number, end: number): string {
  // Most are empty or short: a string made of a few bytes is cheaper than a Buffer to make it of.
  let name = ''
  const last = Math.min(end, start + significantBytes)
  for (let at = start; at < last; at++) name += String.fromCharCode(bytes[at] ?? 0)
  return name
}

export class NameTable<T> {
  readonly #entries = new Map<string, NameEntry<T>>()
  #weight = 0
  #pending = 0

  /** Names, closed and unconfirmed ones included; the owner bounds it. */
  get size(): number {
    return this.#entries.size
  }

  /** Of all entries, replaced ones that may come back included. */
  get weight(): number {
    return this.#weight
  }

  /** Changes that the server has neither made nor skipped; one name may have many of them. */
  get pending(): number {
    return this.#pending
  }

  get(name: string): NameEntry<T> | undefined {
    return this.#entries.get(name)
  }

  /** A message that makes or closes the name was queued. */
  change(name: string, value: T | null, batch: number, weight = 0): NameEntry<T> {
    const previous = this.#entries.get(name) ?? null
    const entry: NameEntry<T> = { name, value, batch, isConfirmed: false, previous, weight, table: this }
    this.#weight += weight
    this.#pending++
    this.#entries.set(name, entry)
    return entry
  }

  /** The server did it. */
  confirm(entry: NameEntry<T>): void {
    entry.isConfirmed = true
    this.#pending--
    this.#drop(entry.previous)
    entry.previous = null
    if (entry.value === null && this.#entries.get(entry.name) === entry) this.forget(entry.name)
  }

  /** The server skipped it, or it was never sent. */
  undo(entry: NameEntry<T>): void {
    const current = this.#entries.get(entry.name)
    this.#weight -= entry.weight
    this.#pending--
    if (current === entry) {
      if (entry.previous === null) this.#entries.delete(entry.name)
      else this.#entries.set(entry.name, entry.previous)
      return
    }
    // A later batch changed the name again: it keeps its meaning, and goes back to one step further.
    for (let later = current; later !== undefined && later !== null; later = later.previous ?? undefined) {
      if (later.previous !== entry) continue
      later.previous = entry.previous
      return
    }
  }

  /** What the server has of these is gone (a transaction ended, DISCARD ALL); what is still on its way to it is not. */
  forgetConfirmed(): void {
    for (const [name, entry] of this.#entries) {
      if (entry.isConfirmed) this.forget(name)
      else this.#forgetBefore(entry)
    }
  }

  forget(name: string): void {
    this.#drop(this.#entries.get(name) ?? null)
    this.#entries.delete(name)
  }

  /** Of a chain of changes the last confirmed one is what the server has. */
  #forgetBefore(entry: NameEntry<T>): void {
    for (let later = entry; later.previous !== null; later = later.previous) {
      if (!later.previous.isConfirmed) continue
      this.#drop(later.previous)
      later.previous = null
      return
    }
  }

  #drop(entry: NameEntry<T> | null): void {
    for (let one = entry; one !== null; one = one.previous) this.#weight -= one.weight
  }
}

/** Nothing that is still open decides what this name stands for when a message of `batch` reaches the server. */
export function isCertain(entry: NameEntry<unknown>, batch: number): boolean {
  return entry.isConfirmed || entry.batch === batch
}
