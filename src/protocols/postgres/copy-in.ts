// What a client copies in. A Part holds what was asked when it was asked, and this comes after; so the data is an action of
// its own, recorded before CopyDone goes up: until then the server has taken nothing for good (G1).

import { createHash } from 'node:crypto'
import { plainText, opaque, type Part } from '../../kernel/action.ts'

/** Kept for the record; the digest covers everything. */
const keptBytes = 64 * 1024

export class CopyInRecord {
  readonly #hash = createHash('sha256')
  readonly #kept: Uint8Array[] = []
  #keptBytes = 0
  #bytes = 0

  /** @param payload of one CopyData message; a view */
  add(payload: Uint8Array): void {
    this.#hash.update(payload)
    this.#bytes += payload.length
    const room = keptBytes - this.#keptBytes
    if (room <= 0) return
    const piece = Buffer.from(payload.subarray(0, room))
    this.#kept.push(piece)
    this.#keptBytes += piece.length
  }

  end(): { readonly parts: readonly Part[]; readonly digest: Uint8Array } {
    const digest = this.#hash.digest()
    const words = `${this.#bytes} bytes, sha256 ${digest.toString('hex')}`
    const role = this.#bytes > this.#keptBytes ? `data, first ${this.#keptBytes} bytes` : 'data'
    const parts: Part[] = [{ role: 'copied in', field: opaque, bytes: Buffer.from(words), digest: null }]
    if (this.#keptBytes > 0) parts.push({ role, field: plainText, bytes: Buffer.concat(this.#kept), digest: null })
    return { parts, digest }
  }
}
