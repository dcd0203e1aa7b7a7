// Objects and arrays of a request, visited: bounded, and a key only once, because readers differ in which one counts. Knows no
// key by name.

import { JsonCursor } from './json-cursor.ts'

/** More members than this in an object whose keys are looked at are no request of a client. */
const maxMembers = 128

/**
 * Visits the members of an object by key; the visitor must read or skip the value.
 * @throws Fault `request.malformed` when a key comes twice or there are too many
 */
export function eachMember(cursor: JsonCursor, visit: (key: string, keyStart: number) => void): void {
  const seen: string[] = []
  for (let more = cursor.firstMember(); more; more = cursor.nextMember()) {
    const key = cursor.text()
    if (seen.length >= maxMembers) throw cursor.malformed('with too many members')
    if (seen.includes(key)) throw cursor.malformed('key that came before')
    seen.push(key)
    visit(key, cursor.from - 1)
  }
}

/** Visits the elements of an array; the visitor must read or skip each. @throws Fault `request.malformed` above `max` */
export function eachElement(cursor: JsonCursor, max: number, visit: () => void): void {
  let count = 0
  for (let more = cursor.firstElement(); more; more = cursor.nextElement()) {
    if (++count > max) throw cursor.malformed('with too many elements')
    visit()
  }
}

/**
 * The string that the object at `start` has as this member, wherever the member stands in it. The cursor stays where it is.
 * @returns empty when it has none, null when the member comes twice
 */
export function stringMember(cursor: JsonCursor, start: number, name: string): string | null {
  return readStringMember(new JsonCursor().reset(cursor.bytes, start, cursor.end), name)
}

/** So many times the bytes are gone through for what objects say of themselves. What the API sends needs two or three. */
const maxLooks = 8
const freeBytes = 64 * 1024

/**
 * The same for many objects of one value. Each look goes through an object to its end, so whoever wrote objects into objects, or
 * the same member again and again, could ask for as many bytes as he likes to the square: it ends there.
 */
export class MemberLook {
  readonly #cursor = new JsonCursor()
  #leftBytes: number

  /** @param bytes length of the whole value */
  constructor(bytes: number) {
    this.#leftBytes = bytes * maxLooks + freeBytes
  }

  /** @returns as `stringMember`; null, too, when enough was looked at */
  stringMember(cursor: JsonCursor, start: number, name: string): string | null {
    if (this.#leftBytes <= 0) return null
    const look = this.#cursor.reset(cursor.bytes, start, cursor.end)
    const found = readStringMember(look, name)
    this.#leftBytes -= look.at - start
    return found
  }
}

/** @param look at the object; moved behind it */
function readStringMember(look: JsonCursor, name: string): string | null {
  let found: string | null = null
  let count = 0
  for (let more = look.firstMember(); more; more = look.nextMember()) {
    if (!look.is(name)) look.passOver()
    else {
      count++
      if (look.kind() === 'string') {
        look.string()
        found = look.text()
      } else look.passOver()
    }
  }
  return count > 1 ? null : (found ?? '')
}
