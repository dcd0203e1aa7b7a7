// RFC 6962 §2.1: leaf and node hashes with their domain separation. SHA-256 only; knows nothing of what a leaf says.

import { hash } from 'node:crypto'

export const hashBytes = 32

/** Hash of the empty tree. */
export const emptyRoot: Uint8Array = Uint8Array.from(sha256(new Uint8Array(0)))

export function sha256(bytes: Uint8Array): Uint8Array {
  // A string into pooled memory: asked for a buffer, `hash` makes one of its own each time, at twice the price.
  const digest = Buffer.allocUnsafe(hashBytes)
  digest.write(hash('sha256', bytes, 'latin1'), 'latin1')
  return digest
}

export function hashLeaf(entry: Uint8Array): Uint8Array {
  const input = new Uint8Array(entry.length + 1)
  input.set(entry, 1)
  return sha256(input)
}

/** One buffer for every node: filled and read before any other code can run. */
const nodeInput = new Uint8Array(1 + 2 * hashBytes)
nodeInput[0] = 1

export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1)
  nodeInput.set(right, 1 + hashBytes)
  return sha256(nodeInput)
}

export function isSameHash(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** Standard base64 with padding and nothing else; null for any other spelling, so that one value has one text. */
export function parseBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

/** @returns the hash, or null when the text is not base64 of 32 bytes */
export function parseHash(text: string): Uint8Array | null {
  const bytes = parseBase64(text)
  return bytes !== null && bytes.length === hashBytes ? bytes : null
}
