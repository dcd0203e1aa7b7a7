// What a client copies in. A Part holds what was asked when it was asked, and this comes after; so the data is an action of
// its own, recorded before CopyDone goes up: until then the server has taken nothing for good (G1).

import { createHash } from 'node:crypto'
import { plainText, opaque, type Part } from '../../kernel/action.ts'

/** Kept for the record; the digest covers everything. */
const keptBytes = 64 * 1024

export class CopyInRecord {
  readonly #hash = createHash('sha256')
  /** Payloads without their headers, hashed a block at a time. The first block that is full is what is kept. */
  #block = Buffer.allocUnsafe(keptBytes)
  #filled = 0
  #first: Buffer | null = null
  #bytes = 0

  /** The payload of one CopyData message, `bytes[start..end)`; not kept. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#bytes += end - start
    for (let at = start; at < end;) {
      const taken = source.copy(this.#block, this.#filled, at, Math.min(end, at + keptBytes - this.#filled))
      this.#filled += taken
      at += taken
      if (this.#filled === keptBytes) this.#turn()
    }
  }

  end(): { readonly parts: readonly Part[]; readonly digest: Uint8Array } {
    const rest = this.#block.subarray(0, this.#filled)
    const digest = this.#hash.update(rest).digest()
    const kept = this.#first ?? rest
    const words = `${this.#bytes} bytes, sha256 ${digest.toString('hex')}`
    const role = this.#bytes > kept.length ? `data, first ${kept.length} bytes` : 'data'
    const parts: Part[] = [{ role: 'copied in', field: opaque, bytes: Buffer.from(words), digest: null }]
    if (kept.length > 0) parts.push({ role, field: plainText, bytes: kept, digest: null })
    return { parts, digest }
  }

  #turn(): void {
    this.#hash.update(this.#block)
    this.#filled = 0
    if (this.#first !== null) return
    this.#first = this.#block
    this.#block = Buffer.allocUnsafe(keptBytes)
  }
}
