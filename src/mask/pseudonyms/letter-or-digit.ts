// Of what a word or a number is made, for whoever looks at bytes: every byte of a letter beyond ASCII is one.

import { bytesOf } from '../engine/byte-set.ts'

const lettersAndDigits = bytesOf('A-Za-z0-9\x80-\xff')

export function isLetterOrDigit(byte: number | undefined): boolean {
  return byte !== undefined && lettersAndDigits[byte] === 1
}
