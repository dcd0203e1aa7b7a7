// Where in a JSON text (RFC 8259 §2) one is: inside which container, is the next string a key or a value, and under which
// key. It reads what is outside strings, byte by byte, and says when the text is not JSON any more; it does not know values.

import { bytesOf } from '../engine/byte-set.ts'
import type { Said } from '../field-names.ts'

export type Place = 'key' | 'value' | 'scalar' | 'structure' | 'broken'

const maxDepth = 256

const isSpace = bytesOf(' \t\r\n')
/** What numbers, `true`, `false` and `null` are written with. */
export const isScalar = bytesOf('0-9+.eEtrufalsn-')

/** An object or an array that is open. What others say of an object's values is `json-pairs.ts`' business. */
export interface OpenContainer {
  readonly isObject: boolean
  /** Under which it stands. */
  readonly key: string | null
  /** The object that it stands in, over arrays. */
  readonly outer: OpenContainer | null
  /** Where the names are kept that its members gave. */
  readonly namesFrom: number
  namesTo: number
  /** What they say, once it was asked for. */
  said: Said | null
}

type Expected = 'key' | 'colon' | 'value' | 'separator'

export class JsonStructure {
  /** Key of the value that is next; null in no object, and in a text that is only a value. */
  key: string | null = null
  /** The innermost object that is open. */
  object: OpenContainer | null = null
  readonly #open: OpenContainer[] = []
  #expected: Expected = 'value'
  #inScalar = false

  /** Takes one byte outside strings. `key` and `value`: a string of that kind begins with it; `scalar`: a number, or a word. */
  take(byte: number): Place {
    if (this.#inScalar) {
      if (isScalar[byte] === 1) return 'structure'
      this.#inScalar = false
      this.#expected = 'separator'
    }
    if (isSpace[byte] === 1) return 'structure'
    if (byte === 0x22) return this.#string()
    if (byte === 0x7b || byte === 0x5b) return this.#enter(byte === 0x7b)
    if (byte === 0x7d || byte === 0x5d) return this.#leave(byte === 0x7d)
    if (byte === 0x3a) return this.#go('colon', 'value')
    if (byte === 0x2c) return this.#comma()
    // At the top a number is as good as text: what is not in a container is looked at.
    if (isScalar[byte] !== 1 || this.#expected !== 'value' || this.#open.length === 0) return 'broken'
    this.#inScalar = true
    return 'scalar'
  }

  /** Is the value that begins a member's own, and not one of several in an array? */
  get isMember(): boolean {
    return this.object !== null && this.#open.at(-1) === this.object
  }

  endKey(key: string): void {
    this.key = key
  }

  #string(): Place {
    if (this.#expected === 'key') {
      this.#expected = 'colon'
      return 'key'
    }
    return this.#go('value', 'separator') === 'broken' ? 'broken' : 'value'
  }

  #enter(isObject: boolean): Place {
    // Several texts after another (one a line) are read as one.
    const isNext = this.#open.length === 0 && this.#expected === 'separator'
    if ((this.#expected !== 'value' && !isNext) || this.#open.length >= maxDepth) return 'broken'
    const outer = this.object
    const namesTo = outer?.namesTo ?? 0
    const inner = { isObject, key: this.key, outer, namesFrom: namesTo, namesTo, said: null }
    this.#open.push(inner)
    if (isObject) this.object = inner
    this.#expected = isObject ? 'key' : 'value'
    return 'structure'
  }

  #leave(isObject: boolean): Place {
    const left = this.#open.pop()
    if (left === undefined || left.isObject !== isObject || this.#expected === 'colon') return 'broken'
    this.key = left.key
    if (isObject) this.object = left.outer
    this.#expected = 'separator'
    return 'structure'
  }

  #comma(): Place {
    const inside = this.#open.at(-1)
    if (inside === undefined) return 'broken'
    return this.#go('separator', inside.isObject ? 'key' : 'value')
  }

  #go(from: Expected, to: Expected): Place {
    if (this.#expected !== from) return 'broken'
    this.#expected = to
    return 'structure'
  }
}
