// Inclusion and consistency proofs (RFC 6962 §2.1.1, §2.1.2; verified as RFC 9162 §2.1.3.2 and §2.1.4.2 write it). Nothing
// is thrown for a hostile proof: it is false.

import { emptyRoot, hashBytes, hashNode, isSameHash } from './hash.ts'

/** Hash of the complete subtree of 2^level leaves that begins at leaf `index * 2^level`. */
export type NodeReader = (level: number, index: number) => Uint8Array

export interface InclusionClaim {
  readonly index: number
  readonly size: number
  readonly leafHash: Uint8Array
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

export function isIncluded(claim: InclusionClaim): boolean {
  const { index, size, leafHash, root, proof } = claim
  if (!isIndex(index) || !isIndex(size) || index >= size || !areHashes([leafHash, root, ...proof])) return false
  let node = leafHash
  let position = index
  let last = size - 1
  for (const sibling of proof) {
    if (last === 0) return false
    if (position % 2 === 1 || position === last) {
      node = hashNode(sibling, node)
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)]
    } else {
      node = hashNode(node, sibling)
    }
    position = half(position)
    last = half(last)
  }
  return last === 0 && isSameHash(node, root)
}

export interface ConsistencyClaim {
  readonly size1: number
  readonly size2: number
  readonly root1: Uint8Array
  readonly root2: Uint8Array
  readonly proof: readonly Uint8Array[]
}

export function isConsistent(claim: ConsistencyClaim): boolean {
  const { size1, size2, root1, root2, proof } = claim
  if (!isIndex(size1) || !isIndex(size2) || size1 > size2) return false
  // Every tree grows from the empty one, so that proves nothing (RFC 9162 §2.1.4.1 asks for 0 < size1).
  if (size1 === 0) return false
  if (size1 === size2) return proof.length === 0 && isSameHash(root1, root2)
  if (!areHashes([root1, root2, ...proof])) return false
  let [position, last] = [size1 - 1, size2 - 1]
  while (position % 2 === 1) [position, last] = [half(position), half(last)]
  // When the old tree is one complete subtree, its root is the start and the proof does not repeat it.
  const rest = position === 0 ? [root1, ...proof] : proof
  const [start, ...steps] = rest
  if (start === undefined) return false
  let [old, grown] = [start, start]
  for (const node of steps) {
    if (last === 0) return false
    if (position % 2 === 1 || position === last) {
      old = hashNode(node, old)
      grown = hashNode(node, grown)
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)]
    } else {
      grown = hashNode(grown, node)
    }
    position = half(position)
    last = half(last)
  }
  return last === 0 && isSameHash(old, root1) && isSameHash(grown, root2)
}

/** @returns the proof for leaf `index` in the tree of `size` leaves; null when there is no such leaf */
export function toInclusionProof(index: number, size: number, read: NodeReader): Uint8Array[] | null {
  if (!isIndex(index) || !isIndex(size) || index >= size) return null
  const proof: Uint8Array[] = []
  let [from, to] = [0, size]
  const siblings: [number, number][] = []
  while (to - from > 1) {
    const middle = from + splitOf(to - from)
    siblings.push(index < middle ? [middle, to] : [from, middle])
    if (index < middle) to = middle
    else from = middle
  }
  for (const [start, end] of siblings.toReversed()) proof.push(rootOf(start, end, read))
  return proof
}

/** @returns null when `size1` is not a size of an earlier tree */
export function toConsistencyProof(size1: number, size2: number, read: NodeReader): Uint8Array[] | null {
  if (!isIndex(size1) || !isIndex(size2) || size1 > size2) return null
  if (size1 === 0 || size1 === size2) return []
  const proof: [number, number][] = []
  let [from, to] = [0, size2]
  while (size1 !== to) {
    const middle = from + splitOf(to - from)
    proof.push(size1 <= middle ? [middle, to] : [from, middle])
    if (size1 <= middle) to = middle
    else from = middle
  }
  if (from !== 0) proof.push([from, to])
  return proof.toReversed().map(([start, end]) => rootOf(start, end, read))
}

/** Root of the leaves `from..to`, where `from` is a multiple of the largest power of two in the range's size or above. */
function rootOf(from: number, to: number, read: NodeReader): Uint8Array {
  if (from === to) return emptyRoot
  const width = to - from
  const split = splitOf(width)
  // A complete subtree: twice its split is its width, or it is one leaf.
  if (width === 1 || split * 2 === width) return read(Math.log2(width), from / width)
  return hashNode(rootOf(from, from + split, read), rootOf(from + split, to, read))
}

/** Largest power of two below `size`; 0 for one leaf. */
function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return size === 1 ? 0 : split
}

const half = (value: number): number => Math.floor(value / 2)
const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
const areHashes = (values: readonly Uint8Array[]): boolean => values.every((value) => value.length === hashBytes)
