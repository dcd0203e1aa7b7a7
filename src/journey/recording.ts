// Requests as they are recorded: masked for everybody, whatever this principal may see, and stored once.

import type { Part } from '../kernel/action.ts'
import type { RecordedPart } from '../kernel/event.ts'
import type { Masker } from '../kernel/masker.ts'

/** The record's view: masked for everybody. */
export const seesNothing = (): boolean => false

/** Digests remembered a session; the oldest are forgotten, and their parts stored again. */
const maxKnownParts = 4096

export class RequestRecorder {
  readonly #masker: Masker
  readonly #maxBytes: number
  readonly #known = new Set<string>()

  constructor(masker: Masker, maxBytes: number) {
    this.#masker = masker
    this.#maxBytes = maxBytes
  }

  /** For a reviewer: whole, and not remembered as recorded. */
  toReview(parts: readonly Part[]): readonly RecordedPart[] {
    return this.#mask(parts, () => false)
  }

  toRecorded(parts: readonly Part[]): readonly RecordedPart[] {
    return this.#mask(parts, (digest) => this.#isKnown(digest))
  }

  #mask(parts: readonly Part[], isKnown: (digest: string) => boolean): readonly RecordedPart[] {
    let left = this.#maxBytes
    return parts.map((part) => {
      const { role, digest } = part
      const length = part.bytes.length
      if (length > left || (digest !== null && isKnown(digest))) return { role, digest, bytes: null, length }
      left -= length
      const bytes = this.#masker.value(part.bytes, 0, length, part.field) ?? part.bytes
      return { role, digest, bytes, length }
    })
  }

  /** Findings in what was recorded since the last call. */
  findings(): ReturnType<Masker['drain']>['findings'] {
    return this.#masker.drain().findings
  }

  #isKnown(digest: string): boolean {
    if (this.#known.has(digest)) return true
    if (this.#known.size >= maxKnownParts) {
      for (const oldest of this.#known) {
        this.#known.delete(oldest)
        break
      }
    }
    this.#known.add(digest)
    return false
  }
}
