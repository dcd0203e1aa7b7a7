// The right edge of a tree that grows: one hash for every complete subtree, largest first. Appending a leaf costs two
// hashes on average; the root, the same as RFC 6962's MTH, costs one for each bit of the size.

import { emptyRoot, hashBytes, hashNode } from './hash.ts'

export class CompactRange {
  #size: number
  readonly #hashes: Uint8Array[]

  constructor(size = 0, hashes: readonly Uint8Array[] = []) {
    this.#size = size
    this.#hashes = [...hashes]
  }

  get size(): number {
    return this.#size
  }

  get hashes(): readonly Uint8Array[] {
    return this.#hashes
  }

  /** @param full is told every complete subtree of 256, 65536, … leaves that this leaf completes, the smallest first */
  append(leafHash: Uint8Array, full?: (node: Uint8Array) => void): void {
    let node = leafHash
    let height = 0
    // Division and not a shift: sizes go past 2^31.
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      node = hashNode(this.#hashes.pop() ?? emptyRoot, node)
      height++
      if (height % 8 === 0) full?.(node)
    }
    this.#hashes.push(node)
    this.#size++
  }

  root(): Uint8Array {
    let node: Uint8Array | null = null
    for (const left of this.#hashes.toReversed()) node = node === null ? left : hashNode(left, node)
    return node ?? emptyRoot
  }

  /** 32 bytes a subtree, largest first. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#hashes.length * hashBytes)
    for (const [i, node] of this.#hashes.entries()) bytes.set(node, i * hashBytes)
    return bytes
  }

  copy(): CompactRange {
    return new CompactRange(this.#size, this.#hashes)
  }
}

/** @returns null when the size and the number of hashes do not belong together */
export function parseCompactRange(size: number, bytes: Uint8Array): CompactRange | null {
  if (!Number.isSafeInteger(size) || size < 0 || bytes.length % hashBytes !== 0) return null
  let subtrees = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) subtrees += rest % 2
  if (bytes.length !== subtrees * hashBytes) return null
  const hashes: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += hashBytes) hashes.push(bytes.slice(at, at + hashBytes))
  return new CompactRange(size, hashes)
}
