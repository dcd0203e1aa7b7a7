// What was made of values of late, so that a value that comes again costs a look and no HMAC. One place a value: a newer one takes
// it, which bounds the memory, and whoever sends values that all want the same place only pays for what they are. Nothing
// else in the gateway keeps values.

import type { DataClass } from '../../kernel/finding.ts'

const places = 8_192
/** Values longer than this are not kept. */
const longestKept = 512

interface Replaced {
  readonly dataClass: DataClass
  readonly column: string | null
  /** As Latin-1. */
  readonly text: string
  readonly by: Uint8Array
}

export class ReplacedValues {
  /** None before the first value. */
  #places: (Replaced | null)[] = []
  /** Of what is kept in each place: what is not here is told without a look at it. */
  readonly #hashes = new Uint32Array(places)

  /** @param hash of the value. @param column null where it decides nothing */
  find(hash: number, dataClass: DataClass, column: string | null, value: Uint8Array): Uint8Array | null {
    const place = hash & (places - 1)
    if (this.#hashes[place] !== hash) return null
    const known = this.#places[place] ?? null
    if (known === null || known.text.length !== value.length || known.dataClass !== dataClass) return null
    if (known.column !== column) return null
    for (let i = 0; i < value.length; i++) if (known.text.charCodeAt(i) !== value[i]) return null
    return known.by
  }

  /** @param hash of what was replaced */
  keep(hash: number, replaced: Replaced): void {
    if (replaced.text.length > longestKept) return
    if (this.#places.length === 0) this.#places = Array.from({ length: places }, () => null)
    const place = hash & (places - 1)
    this.#hashes[place] = hash
    this.#places[place] = replaced
  }
}

/** FNV-1a, 32 bits. */
export function hashOf(value: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < value.length && i <= longestKept; i++) hash = Math.imul(hash ^ (value[i] ?? 0), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}
