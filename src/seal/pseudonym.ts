// Who, without saying who: HMAC of `issuer|subject` under the node's pepper. The same person has the same pseudonym over
// all sessions of a node; without the pepper it says nothing.

import { createHmac, type KeyObject } from 'node:crypto'

const maxCached = 4096

export class Pseudonyms {
  readonly #pepper: KeyObject
  /** Least recently used first. */
  readonly #known = new Map<string, string>()

  constructor(pepper: KeyObject) {
    this.#pepper = pepper
  }

  /** `p_` and 128 bits in hexadecimal. */
  of(id: string): string {
    const known = this.#known.get(id)
    const pseudonym = known ?? `p_${createHmac('sha256', this.#pepper).update(id).digest('hex').slice(0, 32)}`
    this.#known.delete(id)
    this.#known.set(id, pseudonym)
    const [oldest] = this.#known.keys()
    if (this.#known.size > maxCached && oldest !== undefined) this.#known.delete(oldest)
    return pseudonym
  }
}
