// The letters and digits of a match as numbers, without what stands between them: what check digits are computed from.

import type { Match } from '../engine/detector.ts'

/** 0–9, and 10–35 for A–Z in either case. Whoever checks a match fills it anew and does not wait for anything. */
export const values = new Uint8Array(64)

/** @returns how many there are, at most 64 */
export function readValues({ bytes, start, end }: Match): number {
  let count = 0
  for (let i = start; i < end && count < 64; i++) {
    const byte = bytes[i] ?? 0
    if (byte >= 48 && byte <= 57) values[count++] = byte - 48
    else {
      const letter = byte | 0x20
      if (letter >= 97 && letter <= 122) values[count++] = letter - 87
    }
  }
  return count
}

/** The `count` digits of `values` from `from` on as a number. */
export function numberAt(from: number, count: number): number {
  let number = 0
  for (let i = from; i < from + count; i++) number = number * 10 + (values[i] ?? 0)
  return number
}

/** Every letter and digit of the match is the same: what people type into a form that they do not want to fill in. */
export function isOneCharacter(count: number): boolean {
  for (let i = 1; i < count; i++) if (values[i] !== values[0]) return false
  return true
}

export function hasLowerCase({ bytes, start, end }: Match): boolean {
  for (let i = start; i < end; i++) if ((bytes[i] ?? 0) >= 97 && (bytes[i] ?? 0) <= 122) return true
  return false
}
