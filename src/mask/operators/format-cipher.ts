// Format-preserving encryption for columns whose values must keep their form and be found again by whoever has the key: FF1
// of NIST SP 800-38G r1, with AES-256. It knows digits and letters. What stands between them stays; where it may be used at
// all is decided in `forms.ts`.
//
// It is the weakest of the operators against whoever may ask often, because the length and the separators remain and values
// look real: a second pass over its output enciphers it again, and a detector takes it for what it was.

import { Buffer } from 'node:buffer'
import { FF1 } from '@noble/ciphers/ff1.js'
import type { DataClass } from '../../kernel/finding.ts'
import { reachesDomain, type Radix } from './forms.ts'
import type { TokenMint } from './tokens.ts'

/** Time rises with the square of it: this many cost about a millisecond. */
const mostNumerals = 64

/** Of what may stand between numerals in Latin-1; anything else might be a part of the value, which would remain readable. */
const between = /^(?:[ ./()+:_#-]|\xc2\xa0|\xe2\x80[\x90-\x95\xaf])*$/

export class FormatCipher {
  readonly #radixes: ReadonlyMap<DataClass, Radix>
  readonly #mint: TokenMint
  readonly #keys = new Map<DataClass, Uint8Array>()

  /** @param radixes of the classes it can be used for */
  constructor(radixes: ReadonlyMap<DataClass, Radix>, mint: TokenMint) {
    this.#radixes = radixes
    this.#mint = mint
  }

  /** @param value in Latin-1. Its letters come out in upper case. @returns null when it has too few numerals, or none of its own */
  encipher(dataClass: DataClass, column: string | null, value: string): string | null {
    return this.#turn(dataClass, column, value, 'encrypt')
  }

  /** The value that became this in the column. Whatever is not of this key, class, column and epoch comes out as noise. */
  decipher(dataClass: DataClass, column: string | null, value: string): string | null {
    return this.#turn(dataClass, column, value, 'decrypt')
  }

  #turn(dataClass: DataClass, column: string | null, value: string, way: 'encrypt' | 'decrypt'): string | null {
    const radix = this.#radixes.get(dataClass)
    if (radix === undefined) return null
    const isNumeral = radix === 10 ? /[0-9]/g : /[0-9A-Za-z]/g
    const numerals = Array.from(value.matchAll(isNumeral), ([character]) => Number.parseInt(character, radix))
    if (!reachesDomain(radix, numerals.length) || numerals.length > mostNumerals) return null
    if (!between.test(value.replace(/[0-9A-Za-z]/g, ''))) return null
    // The class is in the key, and in the tweak as well: a class is never taken for a column.
    const tweak = Buffer.from(`${dataClass}\0${column ?? ''}`)
    const turned = FF1(radix, this.#keyOf(dataClass), tweak)[way](numerals)
    let at = 0
    return value.replace(isNumeral, () => (turned[at++] ?? 0).toString(radix).toUpperCase())
  }

  #keyOf(dataClass: DataClass): Uint8Array {
    let key = this.#keys.get(dataClass)
    if (key === undefined) this.#keys.set(dataClass, (key = this.#mint.cipherKey(dataClass)))
    return key
  }
}
